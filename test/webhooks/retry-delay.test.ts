import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import { openDatabase } from "../../src/db/client.ts";
import { faultyD1 } from "../support/faulty-d1.ts";
import { consumeNow, messageOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

/** Each delay is drawn at random up to a ceiling: of so many, one comes near it. */
const DRAWS = 30;
const CEILINGS_S = { 1: 2, 4: 16, 7: 128, 100: 900 };

/** The delays that a consumer asks for while D1 is out, for messages that were tried so often. */
async function delaysAfter(queue: string, attempts: number): Promise<number[]> {
  const database = faultyD1(env.DB);
  database.fault = "error";
  const world = testWorld({
    env: { ...env, DB: database.binding } as Env,
    db: openDatabase(database.binding),
  });
  // It names an event, so that its connection is looked up.
  const message = () => messageOf({ type: "unknown.type", event_id: "evt_1", organization_id: "org_1" });
  const delays: (number | undefined)[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    const consumed = await consumeNow([message()], world, queue, attempts);
    expect(consumed.retried).toHaveLength(1);
    delays.push(...consumed.delays);
  }
  return delays.map((delay) => delay ?? Number.NaN);
}

for (const queue of ["revento-webhooks", "revento-webhooks-dead"]) {
  test(`${queue}: what fails comes again after a delay that grows with its tries, up to 15 min`, async () => {
    let below = 0;
    for (const [attempts, ceiling] of Object.entries(CEILINGS_S)) {
      const delays = await delaysAfter(queue, Number(attempts));
      for (const delay of delays) {
        expect(delay).toBeGreaterThanOrEqual(1);
        expect(delay).toBeLessThanOrEqual(ceiling);
      }
      expect(Math.max(...delays)).toBeGreaterThan(below);
      below = ceiling / 2;
    }
  });
}
