import type { MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Core } from "../core.ts";
import { ConnectionClosed } from "../failure.ts";
import { type Ctx, type Env, sleep } from "../http.ts";
import { corruptAnswer } from "./corrupt-answer.ts";
import type { Fault } from "./types.ts";

async function grantTypeOf(c: Ctx): Promise<string | null> {
  if (c.req.method !== "POST" || !c.req.path.endsWith("/token")) return null;
  const form = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>);
  return typeof form.grant_type === "string" ? form.grant_type : null;
}

/** Strikes the calls that the fault plan has chosen. */
export function answerFaults(core: Core): MiddlewareHandler<Env> {
  return async (c, next) => {
    const faults = core.faults.forAnswer({
      method: c.req.method,
      path: new URL(c.req.url).pathname,
      grant_type: await grantTypeOf(c),
      event_id: c.get("grant")?.event_id ?? null,
    });
    if (core.settings.latency_ms > 0) await sleep(core, core.settings.latency_ms);
    c.set("pageFault", faults.find((fault) => fault.stage === "page")?.kind ?? null);
    for (const fault of faults) {
      const refusal = await strike(core, c, fault, "before");
      if (refusal) return refusal;
    }
    await next();
    for (const fault of faults) {
      const refusal = await strike(core, c, fault, "after");
      if (refusal) c.res = refusal;
      else if (fault.stage === "after") c.res = await corruptAnswer(c.res, fault);
    }
    return undefined;
  };
}

/** What a fault does before or after the work; an answer takes the place of the real one. */
async function strike(core: Core, c: Ctx, fault: Fault, when: string): Promise<Response | undefined> {
  const { kind, params } = fault;
  const isNow = (params.work ?? "before") === when;
  if (!isNow || fault.stage !== "before") return undefined;
  if (kind === "latency") await sleep(core, Number(params.ms));
  if (kind === "hang") await sleep(core, Number(params.ms), c.req.raw.signal);
  if (kind === "hang" || kind === "close") throw new ConnectionClosed();
  if (kind === "error") return refuse(c, Number(params.status), String(params.error));
  if (kind === "concurrent_limit") return refuse(c, 429, "concurrent_limit_exceeded");
  if (kind !== "rate_limit") return undefined;
  const wait = Number(params.retry_after);
  return refuse(c, 429, "rate_limit_exceeded", wait < 0 ? {} : { "Retry-After": String(wait) });
}

function refuse(c: Ctx, status: number, error: string, headers: Record<string, string> = {}): Response {
  const message = "This answer was asked for in the fault plan";
  const body = { error, message, request_id: c.get("requestId") };
  return c.json(body, status as ContentfulStatusCode, headers);
}
