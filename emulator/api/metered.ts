import type { MiddlewareHandler } from "hono";
import { suspend } from "../actions/lifecycle.ts";
import type { Core } from "../core.ts";
import { failure, isFailure } from "../failure.ts";
import { answerFailure, type Ctx, type Env } from "../http.ts";
import { authenticate } from "./auth.ts";
import { Meter, type Reading } from "./rate-limit.ts";

/** Bearer token, then the three rate limits; the call counts as under way until its answer is made. */
export function metered(core: Core): MiddlewareHandler<Env> {
  return async (c, next) => {
    const grant = authenticate(core, c.req.header("authorization"));
    if (isFailure(grant)) {
      showReading(core, c, new Meter("user").read(core.clock.now(), "hour"));
      return answerFailure(c, grant);
    }
    c.set("grant", grant);
    const meter = core.meters.of(grant);
    const admission = meter.admit(core.clock.now(), core.settings);
    showReading(core, c, readingOf(core, meter));
    if (admission.is !== "admitted") {
      noteRefusal(core);
      const wait = admission.is === "rate_limit_exceeded" ? admission.retryAfterS : undefined;
      const headers = wait === undefined ? undefined : { "Retry-After": String(wait) };
      return answerFailure(c, failure(429, admission.is, "Too many calls with this token", headers));
    }
    try {
      await next();
    } finally {
      meter.release();
    }
    return undefined;
  };
}

function readingOf(core: Core, meter: Meter): Reading {
  const now = core.clock.now();
  const hour = meter.read(now, "hour");
  const minute = meter.read(now, "minute");
  const isMinute = core.settings.rate_headers === "tightest" && minute.remaining < hour.remaining;
  return isMinute ? minute : hour;
}

function showReading(core: Core, c: Ctx, reading: Reading): void {
  c.header("X-RateLimit-Limit", String(reading.limit));
  c.header("X-RateLimit-Remaining", String(reading.remaining));
  c.header("X-RateLimit-Reset", String(Math.ceil(core.clock.wallAt(reading.resets_at) / 1000)));
}

function noteRefusal(core: Core): void {
  const { suspend_after_429s, suspend_window_s } = core.settings;
  const tooMany = core.meters.countRefusal(core.clock.now(), suspend_after_429s, suspend_window_s * 1000);
  if (tooMany && core.integration.status === "published") suspend(core);
}
