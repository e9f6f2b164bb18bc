import { Random } from "./random.ts";
import type { Settings } from "./settings.ts";

export interface DeclaredScope {
  name: string;
  required: boolean;
  /** Which token the scope belongs to; only needed for scopes outside the contract's table. */
  kind?: "installation" | "user" | undefined;
}

export interface IntegrationOptions {
  name?: string | undefined;
  scopes: DeclaredScope[];
  declared_webhook_event_types: string[];
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export interface EmulatorOptions {
  /** Deterministic ids, data and faults. Without it the data is that of seed 1, and secrets are random. */
  seed?: number | undefined;
  /** The real clock under the emulator's own, in ms. Read at each call. */
  now?: (() => number) | undefined;
  /** How webhooks are delivered. Default: `globalThis.fetch`, looked up at each call. */
  fetch?: typeof fetch | undefined;
  /** Default: `setTimeout`, which does not keep a Node process alive. May answer a function that calls it off. */
  schedule?: ((delayMs: number, run: () => void) => unknown) | undefined;
  authUrl?: string | undefined;
  apiUrl?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  webhookSecret?: string | undefined;
  redirectUris?: string[] | undefined;
  webhookUrl?: string | undefined;
  /** Participants per event, default 36. */
  participants?: number | undefined;
  /** Events of the sandbox organization, default 2. */
  events?: number | undefined;
  /** Default true; false: deliveries wait for `deliverDue()`. */
  autoDeliver?: boolean | undefined;
  /** The manifest that is registered at Revento. Default: every scope and every event type. */
  integration?: IntegrationOptions | undefined;
  /** Switches as they are at the start, and after everything was reset. */
  settings?: Partial<Settings> | undefined;
}

type Schedule = (delayMs: number, run: () => void) => () => void;

export interface Config {
  seed: number;
  /** Seeds tokens, codes and delivery ids; random unless a seed was given. */
  secretSeed: string;
  now: () => number;
  fetch: Fetch;
  /** Answers a function that calls it off. */
  schedule: Schedule;
  authUrl: string;
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  redirectUris: string[];
  webhookUrl: string;
  participants: number;
  events: number;
  autoDeliver: boolean;
  integration: IntegrationOptions | undefined;
  settings: Partial<Settings>;
}

function scheduleTimer(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  const handle: unknown = timer;
  // Node returns an object: a waiting retry must not keep the process alive.
  if (typeof handle === "object" && handle !== null && "unref" in handle) {
    (handle as { unref(): void }).unref();
  }
  return () => clearTimeout(timer);
}

function scheduleWith(schedule: (delayMs: number, run: () => void) => unknown): Schedule {
  return (delayMs, run) => {
    const callOff = schedule(delayMs, run);
    return () => {
      if (typeof callOff === "function") callOff();
    };
  };
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new RangeError(`${name} must be a whole number of at least ${least}, not ${value}`);
}

/** Fills in what was left out. Throws a RangeError for sizes that make no sense. */
export function resolveOptions(options: EmulatorOptions): Config {
  const secretSeed = options.seed === undefined ? crypto.randomUUID() : `seed ${options.seed}`;
  const secret = (label: string) => new Random(`${secretSeed}/${label}`).chars(32);
  const given = options.fetch;
  return {
    seed: options.seed ?? 1,
    secretSeed,
    now: options.now ?? (() => Date.now()),
    fetch: given ? (input, init) => given(input, init) : (input, init) => globalThis.fetch(input, init),
    schedule: scheduleWith(options.schedule ?? scheduleTimer),
    authUrl: options.authUrl ?? "http://localhost:8788",
    apiUrl: options.apiUrl ?? "http://localhost:8788/api/v1",
    clientId: options.clientId ?? `client_${new Random(`${secretSeed}/client`).chars(12)}`,
    clientSecret: options.clientSecret ?? secret("client secret"),
    webhookSecret: options.webhookSecret ?? secret("webhook secret"),
    redirectUris: options.redirectUris ?? [
      "http://localhost:8787/connect/callback",
      "http://localhost:8787/login/callback",
    ],
    webhookUrl: options.webhookUrl ?? "http://localhost:8787/webhooks/revento",
    participants: wholeNumber("participants", options.participants ?? 36, 0),
    events: wholeNumber("events", options.events ?? 2, 1),
    autoDeliver: options.autoDeliver ?? true,
    integration: options.integration,
    settings: options.settings ?? {},
  };
}
