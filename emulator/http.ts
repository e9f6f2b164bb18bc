import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Core } from "./core.ts";
import type { Failure } from "./failure.ts";
import type { Fault } from "./faults/types.ts";
import type { Grant } from "./oauth/grants.ts";

/** What the parts of one request know of it. */
export interface Vars {
  requestId: string;
  grant: Grant;
  pageFault: Fault["kind"] | null;
}

export type Env = { Variables: Vars };
export type Ctx = Context<Env>;

/** Revento's clock on every answer, also on errors. */
export function dateHeader(core: Core): MiddlewareHandler<Env> {
  return async (c, next) => {
    await next();
    c.header("Date", new Date(core.clock.wall()).toUTCString());
  };
}

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Echoes `X-Revento-Request-Id`, or makes one up. */
export function requestId(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const given = c.req.header("x-revento-request-id");
    c.set("requestId", given && REQUEST_ID.test(given) ? given : crypto.randomUUID());
    await next();
    c.header("X-Revento-Request-Id", c.get("requestId"));
  };
}

/** An expected refusal as JSON; `error_description` says the same to OAuth clients. */
export function answerFailure(c: Ctx, { status, error, message, headers }: Failure): Response {
  const body = { error, message, error_description: message, request_id: c.get("requestId") };
  return c.json(body, status satisfies ContentfulStatusCode, headers);
}

/** Waits in real time; returns early when the caller has gone. */
export function sleep(core: Core, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal?.addEventListener("abort", () => resolve(), { once: true });
    core.config.schedule(ms, resolve);
  });
}
