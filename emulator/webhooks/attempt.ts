import type { Core } from "../core.ts";
import { corruptHeaders } from "../faults/corrupt-headers.ts";
import type { Fault } from "../faults/types.ts";
import type { Attempt, Delivery } from "./log.ts";
import { signatureOf } from "./sign.ts";

/** How much of an answer the log keeps. */
const ANSWER_CHARS = 2000;

/** Tries once and logs it; true when the answer was 2xx in time. */
export async function attempt(core: Core, delivery: Delivery): Promise<boolean> {
  const number = delivery.attempts.length + 1;
  const faults = core.faults.forDelivery(delivery, number, "attempt");
  const headers = await headersFor(core, delivery, faults);
  const started = core.config.now();
  const log: Attempt = {
    number,
    at: core.clock.stamp(),
    request: { url: core.settings.webhook_url, headers },
    answer: null,
    error: null,
    duration_ms: 0,
    faults: faults.map((fault) => fault.kind),
  };
  delivery.attempts.push(log);
  try {
    log.answer = await send(core, delivery.body, log.request);
  } catch (error) {
    log.error = error instanceof Error ? error.message : String(error);
  }
  log.duration_ms = core.config.now() - started;
  if (faults.some((fault) => fault.kind === "lost_answer")) log.error = "the answer was lost on the way";
  return log.error === null && log.answer !== null && log.answer.status >= 200 && log.answer.status < 300;
}

async function headersFor(core: Core, delivery: Delivery, faults: Fault[]): Promise<Record<string, string>> {
  const now = Math.floor(core.clock.wall() / 1000);
  delivery.first_timestamp ??= now;
  const timestamp = core.settings.retry_timestamp === "original" ? delivery.first_timestamp : now;
  const stale = faults.find((fault) => fault.kind === "stale_timestamp");
  const stamp = String(timestamp + (stale ? Number(stale.params.seconds) : 0));
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "user-agent": "Revento-Webhooks/1",
    "x-revento-event": delivery.event_header,
    "x-revento-delivery-id": delivery.id,
    "x-revento-timestamp": stamp,
    "x-revento-signature": await signatureOf(core.integration.webhook_secret, stamp, delivery.body),
  };
  if (core.settings.webhook_request_id) headers["x-revento-request-id"] = delivery.request_id;
  return corruptHeaders(headers, faults);
}

async function send(core: Core, body: string, request: Attempt["request"]): Promise<Attempt["answer"]> {
  const controller = new AbortController();
  let callOff = () => {};
  const timeout = core.settings.webhook_timeout_ms;
  const tooLate = new Promise<never>((_, reject) => {
    callOff = core.config.schedule(timeout, () => {
      controller.abort();
      reject(new Error(`no answer within ${timeout / 1000} s`));
    });
  });
  try {
    const init = { method: "POST", headers: request.headers, body, redirect: "manual" as const };
    const exchange = core.config.fetch(request.url, { ...init, signal: controller.signal }).then(readAnswer);
    return await Promise.race([exchange, tooLate]);
  } finally {
    // Thousands of deliveries a second would leave as many timers behind, and workerd allows 10,000.
    callOff();
  }
}

async function readAnswer(response: Response): Promise<Attempt["answer"]> {
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text.slice(0, ANSWER_CHARS),
  };
}
