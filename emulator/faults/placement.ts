import type { Core } from "../core.ts";
import type { Delivery } from "../webhooks/log.ts";
import { enqueue, plan } from "../webhooks/queue.ts";
import type { Fault } from "./types.ts";

/** Queues a delivery as the faults want it: late, twice, out of order, or never. Returns the delivery ids. */
export function applyPlacement(core: Core, delivery: Delivery, faults: Fault[]): string[] {
  delivery.faults.push(...faults.map((fault) => fault.kind));
  const find = (kind: string) => faults.find((fault) => fault.kind === kind);
  const held = find("reorder");
  const ready = countHeld(core);
  delivery.repeats = Number(find("duplicate")?.params.times ?? 0);
  if (find("lose")) {
    delivery.status = "lost";
    core.deliveries.add(delivery, core.settings.delivery_log_limit);
  } else if (held) {
    hold(core, delivery, Number(held.params.by), Number(held.params.max_wait_ms));
  } else {
    enqueue(core, delivery, Number(find("delivery_delay")?.params.ms ?? 0));
  }
  const ids = copies(core, delivery, Number(find("duplicate_new_id")?.params.times ?? 0));
  for (const letGo of ready) letGo();
  return [delivery.id, ...ids];
}

function copies(core: Core, delivery: Delivery, times: number): string[] {
  const ids: string[] = [];
  for (let count = 0; count < times; count++) {
    const copy = {
      ...delivery,
      id: core.secrets.uuid(),
      status: "pending" as const,
      attempts: [],
      unplan: null,
    };
    enqueue(core, copy);
    ids.push(copy.id);
  }
  return ids;
}

function hold(core: Core, delivery: Delivery, by: number, maxWaitMs: number): void {
  const { held } = core.deliveries;
  delivery.status = "held";
  core.deliveries.add(delivery, core.settings.delivery_log_limit);
  const letGo = () => {
    if (!held.delete(delivery)) return;
    delivery.status = "pending";
    plan(core, delivery, 0);
  };
  held.set(delivery, { left: by, letGo });
  delivery.due_at = core.clock.now() + maxWaitMs;
  // Nothing is held for ever: without enough others it goes when its wait is over.
  core.agenda.add(delivery.due_at, "timer", letGo);
}

/** Counts one more delivery for those that wait for others to go first, and says whose turn it is after it. */
function countHeld(core: Core): (() => void)[] {
  const ready: (() => void)[] = [];
  for (const waiting of core.deliveries.held.values()) {
    waiting.left--;
    if (waiting.left <= 0) ready.push(waiting.letGo);
  }
  return ready;
}
