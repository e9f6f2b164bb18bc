import type { Core } from "../core.ts";
import { attempt } from "./attempt.ts";
import type { Delivery } from "./log.ts";

/** Logs a delivery and plans its first try. */
export function enqueue(core: Core, delivery: Delivery, delayMs = 0): void {
  core.deliveries.add(delivery, core.settings.delivery_log_limit);
  plan(core, delivery, delayMs);
}

/** Plans the next try of a delivery, in the emulator's time. */
export function plan(core: Core, delivery: Delivery, delayMs: number): void {
  const dueAt = core.clock.now() + delayMs;
  delivery.due_at = dueAt;
  // A replay takes the place of the retry that was planned: there is one plan at a time.
  delivery.unplan?.();
  delivery.unplan = core.agenda.add(dueAt, "delivery", () => tryOnce(core, delivery));
}

async function tryOnce(core: Core, delivery: Delivery): Promise<void> {
  delivery.unplan = null;
  delivery.status = "sending";
  delivery.due_at = null;
  if (await attempt(core, delivery)) {
    delivery.status = "delivered";
    if (delivery.repeats-- > 0) replay(core, delivery);
    return;
  }
  const curve = core.settings.retry_curve_s;
  const delay = curve[delivery.attempts.length - delivery.curve_from - 1];
  delivery.status = delay === undefined ? "dead" : "retrying";
  if (delay !== undefined) plan(core, delivery, delay * 1000);
}

/** Sends a delivery once more, with the same delivery id and body; retries start at the curve's beginning. */
export function replay(core: Core, delivery: Delivery): void {
  delivery.curve_from = delivery.attempts.length;
  delivery.status = "pending";
  plan(core, delivery, 0);
}
