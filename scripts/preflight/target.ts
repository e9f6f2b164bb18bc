/** The instance under test, and what the caller knows of it. Secrets are read here, on the caller's side, and signed with here. */
export interface Target {
  /** Origin, without a trailing slash. */
  readonly url: string;
  readonly isLocal: boolean;
  readonly operatorToken: string | null;
  readonly webhookSecret: string | null;
  /** Every secret value that the caller has: none of them may turn up anywhere. By name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Every try goes through here; what comes back is remembered for the leak scan. */
  readonly send: (path: string, init?: RequestInit) => Promise<Answer>;
  /** Bodies and headers of everything that came back, as text. */
  readonly seen: readonly string[];
  readonly now: () => number;
  /** How long to wait for what comes by a queue, in ms. */
  readonly patienceMs: number;
}

/** A response that has been read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Until the whole answer was there. */
  readonly durationMs: number;
}

const TIMEOUT_MS = 20_000;

export const isLoopback = (url: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** What can stand in a target file or in the environment. */
export const SECRET_NAMES = [
  "REVENTO_CLIENT_SECRET",
  "REVENTO_WEBHOOK_SECRET",
  "REVENTO_WEBHOOK_SECRET_PREVIOUS",
  "TOKEN_KEYS",
  "SESSION_KEY",
  "SESSION_KEY_PREVIOUS",
  "OPERATOR_TOKEN",
] as const;

export function createTarget(
  url: string,
  values: Readonly<Record<string, string | undefined>>,
  patienceMs = 30_000,
): Target {
  const seen: string[] = [];
  const origin = new URL(url).origin;
  const secrets = Object.fromEntries(
    SECRET_NAMES.flatMap((name) => (values[name] ? [[name, values[name]]] : [])),
  );
  return {
    url: origin,
    isLocal: isLoopback(origin),
    operatorToken: secrets.OPERATOR_TOKEN ?? null,
    webhookSecret: secrets.REVENTO_WEBHOOK_SECRET ?? null,
    secrets,
    seen,
    now: () => Date.now(),
    patienceMs,
    async send(path, init = {}) {
      const began = performance.now();
      const response = await fetch(`${origin}${path}`, {
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...init,
      });
      const text = await response.text();
      seen.push(text, [...response.headers].map((pair) => pair.join(": ")).join("\n"));
      return {
        status: response.status,
        headers: response.headers,
        text,
        durationMs: performance.now() - began,
      };
    },
  };
}

/** A call to `/api` as operator. */
export async function askApi(target: Target, method: string, path: string, body?: unknown): Promise<Answer> {
  if (target.operatorToken === null) throw new NotTried("OPERATOR_TOKEN is not known to the caller");
  return await target.send(path, {
    method,
    headers: { authorization: `Bearer ${target.operatorToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A try that could not be made: the line is not green. */
export class NotTried extends Error {}
