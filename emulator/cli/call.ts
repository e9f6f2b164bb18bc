import { CommandFailed, UsageError } from "./failure.ts";

export type Json = Record<string, unknown>;
/** A call to the control API of a running emulator; what it answers, or an error with its words. */
export type Call = (method: "GET" | "POST" | "DELETE", path: string, body?: Json) => Promise<Json>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where the emulator should be: `--url`, `EMULATOR_URL`, or this machine's `EMULATOR_PORT`. */
export function addressOf(env: Record<string, string | undefined>, given?: string): string {
  const address = given || env.EMULATOR_URL || `http://localhost:${env.EMULATOR_PORT || 8788}`;
  if (!/^https?:/.test(address) || !URL.canParse(address))
    throw new UsageError(`${address} is no address of an emulator`);
  return address.replace(/\/+$/, "");
}

export function callerOf(address: string): Call {
  return async (method, path, body = {}) => {
    const init = method === "POST" ? { body: JSON.stringify(body) } : {};
    const headers = { "content-type": "application/json", accept: "application/json" };
    let response: Response;
    try {
      response = await fetch(`${address}/_emulator${path}`, { method, headers, ...init });
    } catch {
      throw new CommandFailed(
        `No emulator answers at ${address}. Start one with npm run emulator, or with npm start beside the Worker.
If it runs elsewhere, say so with EMULATOR_URL, EMULATOR_PORT or --url.`,
      );
    }
    return judge(address, response.status, await response.text());
  };
}

function judge(address: string, status: number, text: string): Json {
  const answer = parse(text);
  if (!answer) throw new CommandFailed(`What answers at ${address} is no emulator (HTTP ${status}).`);
  if (status < 400) return answer;
  const message = typeof answer.message === "string" ? answer.message : `HTTP ${status}`;
  throw status === 400 ? new UsageError(message) : new CommandFailed(message);
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
