import { serve } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import {
  ConnectionClosed,
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type IntegrationOptions,
} from "./index.ts";

export interface Server {
  emulator: Emulator;
  /** Where it listens, e.g. `http://localhost:8788`. */
  url: string;
  /** The names of the values that nobody gave, and that were made up. */
  invented: string[];
  close(): Promise<void>;
}

type Variables = Record<string, string | undefined>;

function number(variables: Variables, name: string, fallback: number): number {
  const value = variables[name];
  if (value === undefined || value === "") return fallback;
  if (/^\d+$/.test(value)) return Number(value);
  throw new Error(`${name} must be a whole number, not ${value}`);
}

/** The registered manifest as JSON: what `EmulatorOptions.integration` takes. */
function integration(json: string | undefined): IntegrationOptions | undefined {
  if (!json) return undefined;
  const given = JSON.parse(json) as Partial<IntegrationOptions>;
  if (Array.isArray(given.scopes) && Array.isArray(given.declared_webhook_event_types)) {
    return given as IntegrationOptions;
  }
  throw new Error("EMULATOR_INTEGRATION must have scopes and declared_webhook_event_types");
}

/** The options of an emulator beside a local Worker, out of environment variables. */
export function optionsFrom(variables: Variables, port: number): EmulatorOptions {
  const worker = (variables.PUBLIC_URL || "http://localhost:8787").replace(/\/$/, "");
  const seed = variables.EMULATOR_SEED ? number(variables, "EMULATOR_SEED", 1) : undefined;
  return {
    seed,
    authUrl: `http://localhost:${port}`,
    apiUrl: `http://localhost:${port}/api/v1`,
    clientId: variables.REVENTO_CLIENT_ID || undefined,
    clientSecret: variables.REVENTO_CLIENT_SECRET || undefined,
    webhookSecret: variables.REVENTO_WEBHOOK_SECRET || undefined,
    redirectUris: [`${worker}/connect/callback`, `${worker}/login/callback`],
    webhookUrl: `${worker}/webhooks/revento`,
    participants: number(variables, "EMULATOR_PARTICIPANTS", 36),
    events: number(variables, "EMULATOR_EVENTS", 2),
    integration: integration(variables.EMULATOR_INTEGRATION),
  };
}

/** Serves an emulator over HTTP on this machine. Port 0 takes any free one. */
export async function startServer(
  variables: Variables = process.env,
  overrides: EmulatorOptions = {},
): Promise<Server> {
  const port = number(variables, "EMULATOR_PORT", 8788);
  // A webhook that hangs must not hold up the others for its ten seconds.
  const settings = { delivery_concurrency: 4, ...overrides.settings };
  const emulator = createEmulator({ ...optionsFrom(variables, port), ...overrides, settings });
  const { server, listening } = listen(emulator, port, variables.EMULATOR_OPEN === "1");
  const url = `http://localhost:${await listening}`;
  const secrets = ["REVENTO_CLIENT_ID", "REVENTO_CLIENT_SECRET", "REVENTO_WEBHOOK_SECRET"];
  return {
    emulator,
    url,
    invented: secrets.filter((name) => !variables[name]),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

interface Connection {
  incoming: { socket?: { remoteAddress?: string | undefined } };
  outgoing: { destroy(): unknown };
}

const LOOPBACK = ["127.0.0.1", "::1", "::ffff:127.0.0.1"];
const LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** The control API rules everything and asks for no password: neither neighbours nor rebound names may reach it. */
function isLocal(request: Request, { incoming }: Connection): boolean {
  const isHere = LOOPBACK.includes(incoming.socket?.remoteAddress ?? "");
  return isHere && LOCAL_NAMES.includes(new URL(request.url).hostname);
}

function refuseStranger(): Response {
  return new Response("The emulator serves this machine only; EMULATOR_OPEN=1 opens it.", { status: 403 });
}

function listen(emulator: Emulator, port: number, open: boolean) {
  let settle: { resolve: (port: number) => void; reject: (error: Error) => void };
  const listening = new Promise<number>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const answer = async (request: Request, env: Connection) => {
    if (!open && !isLocal(request, env)) return refuseStranger();
    try {
      return await emulator.fetch(request);
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) throw error;
      env.outgoing.destroy();
      return RESPONSE_ALREADY_SENT;
    }
  };
  const server = serve({ fetch: answer, port }, (info) => settle.resolve(info.port));
  server.on("error", (error: Error) => settle.reject(error));
  return { server, listening };
}
