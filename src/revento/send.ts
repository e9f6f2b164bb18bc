import { readText } from "./body.ts";
import { type AnswerHeaders, readHeaders } from "./headers.ts";

/** What came back, or why nothing did. `startedAt` is our clock. */
export type Answer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: string;
      readonly headers: AnswerHeaders;
      readonly durationMs: number;
    }
  | {
      readonly kind: "no_answer";
      readonly why: "timeout" | "network" | "too_large";
      readonly durationMs: number;
    };

export interface Sending {
  readonly fetch: typeof fetch;
  /** Epoch ms. */
  readonly now: () => number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Sends one request and reads the whole answer within the time and the size. Judges nothing and never throws. */
export async function send(how: Sending, url: string, init: RequestInit): Promise<Answer> {
  const startedAt = how.now();
  const spent = () => Math.max(0, how.now() - startedAt);
  const timer = AbortSignal.timeout(how.timeoutMs);
  try {
    const response = await how.fetch(url, { ...init, redirect: "manual", signal: timer });
    const body = await readText(response, how.maxBytes);
    if (body === null) return { kind: "no_answer", why: "too_large", durationMs: spent() };
    return {
      kind: "answer",
      status: response.status,
      body,
      headers: readHeaders(response.headers),
      durationMs: spent(),
    };
  } catch {
    return { kind: "no_answer", why: timer.aborted ? "timeout" : "network", durationMs: spent() };
  }
}
