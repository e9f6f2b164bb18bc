import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { type AlertRules, isLoopbackOrigin, NO_ALERT_RULES, readAlertRules } from "./alert-rules.ts";
import type { Env } from "./bindings.ts";
import { fail, ok, type Result } from "./failure.ts";
import { fromBase64Url } from "./lib/encoding.ts";

/** The settings, read and checked once. Nothing else reads a var or a secret from `Env`. */
export interface Config {
  /** Base of OAuth, without a trailing slash: `/oauth/authorize` and `/oauth/token` follow. */
  readonly authUrl: string;
  /** Base of the API with its version, without a trailing slash. */
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The current signing secret first, then the previous one while it is being rotated. */
  readonly webhookSecrets: readonly string[];
  /** Own origin, without a trailing slash. */
  readonly publicUrl: string;
  /** The first seals, all open. Keys are 32 bytes. */
  readonly tokenKeys: readonly TokenKey[];
  /** Seals cookies with the first; a rotated one still opens them, so that nobody is signed out. */
  readonly sessionKeys: readonly TokenKey[];
  readonly operatorToken: string;
  /** Origins that may embed the webview pages. */
  readonly appOrigins: readonly string[];
  readonly access: { readonly teamDomain: string; readonly audience: string } | null;
  readonly jurisdiction: "eu" | null;
  readonly alertRules: AlertRules;
  /** Settings of the publisher's own handlers: `HANDLER_SHEET_URL` is `SHEET_URL` here. */
  readonly handlerSettings: ReadonlyMap<string, string>;
}

export interface TokenKey {
  readonly kid: string;
  readonly key: Uint8Array<ArrayBuffer>;
}

/** Names of the settings at fault, with what is expected of each. Never holds a value. */
export interface ConfigFailure {
  readonly problems: readonly { readonly key: string; readonly expected: string }[];
}

export const isHttpUrl = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
const isOrigin = (text: string): boolean =>
  isHttpUrl(text) && new URL(text).origin === text.replace(/\/$/, "");
const isKey = (text: string): boolean => fromBase64Url(text)?.length === 32;

const tokenKeysShape = z
  .array(z.object({ kid: z.string().check(z.minLength(1)), key: z.string().check(z.refine(isKey)) }))
  .check(z.minLength(1));

/** Each setting with the words that say what it must be. `true` means well-formed. */
const rules: readonly {
  key: keyof Env;
  expected: string;
  optional?: true;
  isValid: (value: string) => boolean;
}[] = [
  { key: "REVENTO_AUTH_URL", expected: "an http(s) URL", isValid: isHttpUrl },
  { key: "REVENTO_API_URL", expected: "an http(s) URL", isValid: isHttpUrl },
  { key: "REVENTO_CLIENT_ID", expected: "a non-empty string", isValid: isPresent },
  { key: "REVENTO_CLIENT_SECRET", expected: "a non-empty string", isValid: isPresent },
  { key: "REVENTO_WEBHOOK_SECRET", expected: "a non-empty string", isValid: isPresent },
  {
    key: "REVENTO_WEBHOOK_SECRET_PREVIOUS",
    expected: "a non-empty string",
    optional: true,
    isValid: isPresent,
  },
  { key: "PUBLIC_URL", expected: "an origin such as https://integration.example.com", isValid: isOrigin },
  {
    key: "TOKEN_KEYS",
    expected: 'a JSON array of {"kid", "key"} with base64url keys of 32 bytes and distinct kids',
    isValid: isKeyRing,
  },
  { key: "SESSION_KEY", expected: "base64url of 32 bytes", isValid: isKey },
  { key: "SESSION_KEY_PREVIOUS", expected: "base64url of 32 bytes", optional: true, isValid: isKey },
  { key: "OPERATOR_TOKEN", expected: "at least 32 characters", isValid: (value) => value.length >= 32 },
  {
    key: "REVENTO_APP_ORIGINS",
    expected: "space-separated origins",
    optional: true,
    isValid: (value) => words(value).every(isOrigin),
  },
  { key: "ACCESS_TEAM_DOMAIN", expected: "a host name or origin", optional: true, isValid: isPresent },
  { key: "ACCESS_AUD", expected: "the audience tag", optional: true, isValid: isPresent },
  { key: "DATA_JURISDICTION", expected: "empty or eu", optional: true, isValid: (value) => value === "eu" },
  {
    key: "ALERT_RULES",
    expected: "a JSON array of alert rules",
    optional: true,
    isValid: isPresent,
  },
];

function isPresent(value: string): boolean {
  return value.trim() !== "";
}

function isKeyRing(value: string): boolean {
  const ring = tokenKeysShape.safeParse(parseJson(value));
  return ring.success && new Set(ring.data.map(({ kid }) => kid)).size === ring.data.length;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

/** `Env` is the same object for the whole life of an isolate. */
const known = new WeakMap<Env, Result<Config, ConfigFailure>>();

/** The settings of an `Env`, read once. Missing and malformed ones are all named together. */
export function configOf(env: Env): Result<Config, ConfigFailure> {
  const cached = known.get(env);
  if (cached !== undefined) return cached;
  const config = readConfig(env);
  known.set(env, config);
  return config;
}

/** Reads every setting. */
export function readConfig(env: Env): Result<Config, ConfigFailure> {
  const text = (key: keyof Env): string => {
    const value = env[key];
    return typeof value === "string" ? value : "";
  };
  const problems = rules.filter(({ key, optional, isValid }) => {
    const value = text(key);
    return value === "" ? optional !== true : !isValid(value);
  });
  if ((text("ACCESS_TEAM_DOMAIN") === "") !== (text("ACCESS_AUD") === "")) {
    problems.push({
      key: "ACCESS_AUD",
      expected: "set together with ACCESS_TEAM_DOMAIN",
      isValid: isPresent,
    });
  }
  const alertRules =
    text("ALERT_RULES") === ""
      ? { ok: true as const, value: NO_ALERT_RULES }
      : readAlertRules(parseJson(text("ALERT_RULES")), isLoopbackOrigin(text("PUBLIC_URL")));
  if (!alertRules.ok) {
    const expected = `a JSON array of alert rules (${alertRules.problems.join("; ")})`;
    problems.push({ key: "ALERT_RULES", expected, isValid: isPresent });
  }
  if (problems.length > 0 || !alertRules.ok) {
    return fail({ problems: problems.map(({ key, expected }) => ({ key, expected })) });
  }
  return ok({
    authUrl: withoutSlash(text("REVENTO_AUTH_URL")),
    apiUrl: withoutSlash(text("REVENTO_API_URL")),
    clientId: text("REVENTO_CLIENT_ID"),
    clientSecret: text("REVENTO_CLIENT_SECRET"),
    webhookSecrets: [text("REVENTO_WEBHOOK_SECRET"), text("REVENTO_WEBHOOK_SECRET_PREVIOUS")].filter(
      isPresent,
    ),
    publicUrl: new URL(text("PUBLIC_URL")).origin,
    tokenKeys: readKeyRing(text("TOKEN_KEYS")),
    sessionKeys: [text("SESSION_KEY"), text("SESSION_KEY_PREVIOUS")].filter(isPresent).map(readSessionKey),
    operatorToken: text("OPERATOR_TOKEN"),
    appOrigins: words(text("REVENTO_APP_ORIGINS")).map((origin) => new URL(origin).origin),
    access:
      text("ACCESS_AUD") === ""
        ? null
        : { teamDomain: text("ACCESS_TEAM_DOMAIN"), audience: text("ACCESS_AUD") },
    jurisdiction: text("DATA_JURISDICTION") === "eu" ? "eu" : null,
    alertRules: alertRules.value,
    handlerSettings: readHandlerSettings(env),
  });
}

/** A session key has no name of its own: its kid is a fingerprint, so that the ring can tell two apart. */
function readSessionKey(text: string): TokenKey {
  const key = fromBase64Url(text) ?? new Uint8Array();
  return { kid: createHash("sha256").update(key).digest("hex").slice(0, 12), key };
}

const HANDLER_PREFIX = "HANDLER_";

function readHandlerSettings(env: Env): ReadonlyMap<string, string> {
  const own = Object.entries(env).filter(([key]) => key.startsWith(HANDLER_PREFIX));
  return new Map(
    own.flatMap(([key, value]) =>
      typeof value === "string" ? [[key.slice(HANDLER_PREFIX.length), value] as const] : [],
    ),
  );
}

function readKeyRing(text: string): readonly TokenKey[] {
  const ring = z.parse(tokenKeysShape, parseJson(text));
  return ring.map(({ kid, key }) => ({ kid, key: fromBase64Url(key) ?? new Uint8Array() }));
}
