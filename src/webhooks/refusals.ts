import { countOutcome } from "../connections/index.ts";
import { bounded } from "../lib/bounded.ts";
import { ACK, type Verdict } from "../lib/verdict.ts";
import type { SyncMessage } from "../messages.ts";
import type { World } from "../world.ts";

/** What is wrong with a delivery that looks like Revento's: another secret than ours, or another clock. */
export type Refusal = "signature" | "timestamp";

type Told = Extract<SyncMessage, { kind: "deliveries.refused" }>;

/** So that a forger cannot make us write at will: at most so often, whatever comes. */
const TELL_EVERY_MS = 60_000;
/** So many are told at once; fewer when the first of them has waited for a minute. One alone may be anybody's. */
const TOLD_AT_ONCE = 5;
const TELL_LIMIT_MS = 1_000;

/** What one isolate has refused and not told yet. It is lost with its isolate: a hint for the operator, no record. */
export class Refusals {
  #counts: Record<Refusal, number> = { signature: 0, timestamp: 0 };
  #since = 0;
  #toldAt = 0;

  /** Counts a refusal in memory and tells the queue now and then. Never throws. */
  async note(world: World, refusal: Refusal): Promise<void> {
    const now = world.now();
    this.#counts[refusal]++;
    const count = this.#counts.signature + this.#counts.timestamp;
    if (count === 1) this.#since = now;
    const isEnough = count >= TOLD_AT_ONCE || now - this.#since >= TELL_EVERY_MS;
    if (isEnough && now - this.#toldAt >= TELL_EVERY_MS) await this.#tell(world);
  }

  async #tell(world: World): Promise<void> {
    const message: Told = { kind: "deliveries.refused", ...this.#counts };
    this.#counts = { signature: 0, timestamp: 0 };
    this.#toldAt = world.now();
    try {
      await bounded(world.env.SYNC.send(message), TELL_LIMIT_MS, "SYNC.send");
    } catch (error) {
      world.log.warn("webhooks.refusals_not_told", { error: String(error) });
    }
  }
}

/** Job: adds what an isolate has refused to the counters. */
export async function countRefusals(world: World, { signature, timestamp }: Told): Promise<Verdict> {
  const counts = Object.entries({ refused_signature: signature, refused_timestamp: timestamp });
  const statements = counts
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => countOutcome(world, "webhooks", outcome, count));
  if (statements.length > 0) await world.db.raw.batch(statements);
  return ACK;
}
