import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import { openDatabase } from "../../src/db/client.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { replayDeadLetters, sweepSpills } from "../../src/webhooks/index.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { type D1Fault, faultyD1 } from "../support/faulty-d1.ts";
import { openPlain } from "../support/pages.ts";
import { QueueTries } from "../support/queue-tries.ts";
import { consumeNow, delivery, envelope, heldQueue, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const MINUTE = 60_000;
/** It begins between a large delivery, which waits in D1, and its consumer. */
const OUT = { from: 9 * MINUTE, to: 189 * MINUTE };
const END = 6 * 60 * MINUTE;
/** What a call to D1 that hangs is waited for here, so that the test need not. */
const SHORT_LIMIT_MS = 5;
const LARGE = "x".repeat(200_000);

interface Telling {
  readonly text: string;
  due: number;
}

/** An approval every two minutes, before, during and after the outage; every twelfth too large for the queue. */
const tellings = (of: object): Telling[] =>
  Array.from({ length: 120 }, (_, n) => ({
    due: n * 2 * MINUTE,
    text: JSON.stringify(
      envelope({
        type: "application.approved",
        occurred_at: new Date(START + 1_000 + n * 2 * MINUTE).toISOString(),
        data: {
          id: `app_${n}`,
          participant_id: `ptp_${n}`,
          status: "approved",
          custom_form_fields: { a: n % 12 === 4 ? LARGE : "" },
        },
        ...of,
      }),
    ),
  }));

/** How D1 fails: what it does to a call, and to which calls. */
interface Outage {
  readonly fault: D1Fault;
  readonly only: string;
  /** What intake answers to bodies that are too large for the queue. */
  readonly refusals: readonly number[];
}

const OUTAGES: Readonly<Record<string, Outage>> = {
  "refuses every call": { fault: "error", only: "", refusals: [503] },
  "never answers": { fault: "hang", only: "", refusals: [503] },
  "does as it is told and reports an error": { fault: "error after commit", only: "", refusals: [503] },
  "reads, and refuses to commit a batch": { fault: "error", only: "INSERT INTO deliveries", refusals: [] },
};

/** A world whose D1 is struck during the outage, and the clock that both go by. */
function struckWorld({ fault, only }: Outage) {
  const database = Object.assign(faultyD1(env.DB), { only });
  const queue = heldQueue<WebhookMessage>();
  const clock = { now: 0 };
  const bindings = { ...withoutDelivery(), DB: database.binding, WEBHOOKS: queue } as Env;
  const worldAt = (now: number) => {
    clock.now = now;
    const isOut = now >= OUT.from && now < OUT.to;
    database.fault = isOut ? fault : "none";
    const db = openDatabase(database.binding, isOut ? SHORT_LIMIT_MS : undefined);
    return testWorld({ env: bindings, db, now: () => START + clock.now });
  };
  return { worldAt, database, sent: queue.sent };
}

/** Tells the world what is due, as Revento does: what is not answered by 200 is told again ten minutes later. */
async function tell(world: ReturnType<typeof testWorld>, waiting: Telling[], now: number): Promise<number[]> {
  const refusals: number[] = [];
  for (const telling of waiting.filter(({ due }) => due <= now)) {
    const timestamp = String(Math.floor((START + now) / 1_000));
    const { status } = await takeIn(
      world,
      await delivery(telling.text, { "X-Revento-Timestamp": timestamp }),
    );
    if (status === 200) waiting.splice(waiting.indexOf(telling), 1);
    else {
      refusals.push(status);
      telling.due = now + 10 * MINUTE;
    }
  }
  return refusals;
}

/** Six hours, minute by minute: both consumers, deliveries, the sweeper; at the end the operator replays the letters. */
async function sixHours(outage: Outage, of: object) {
  const { worldAt, database, sent } = struckWorld(outage);
  const waiting = tellings(of);
  const tries = new QueueTries("revento-webhooks");
  const refusals: number[] = [];
  for (let now = 0; now < END; now += MINUTE) {
    const world = worldAt(now);
    if (now === OUT.from) expect(await rowsOf("SELECT id FROM spills")).toHaveLength(1);
    await tries.consumeDue(world, now);
    refusals.push(...(await tell(world, waiting, now)));
    if (now % (5 * MINUTE) === 0) await sweepSpills(world).catch(() => undefined);
    tries.add(sent.splice(0), now);
  }
  const world = worldAt(END);
  const filter = { queue: "revento-webhooks", reason: "retries used up" } as const;
  const { replayed } = await replayDeadLetters(world, filter, "operator");
  await consumeNow(sent, world);
  return { refusals, replayed, left: waiting.length + tries.waiting, struck: database.struck };
}

for (const [name, outage] of Object.entries(OUTAGES)) {
  test(`three hours in which D1 ${name}, while deliveries keep coming: nothing is lost`, {
    timeout: 60_000,
  }, async () => {
    const { id, eventId, organizationId } = await openPlain(testWorld(), START);
    const of = { event_id: eventId, organization_id: organizationId };
    const { refusals, replayed, left, struck } = await sixHours(outage, of);
    expect(left).toBe(0);
    expect(struck).toBeGreaterThan(100);
    // Only what is too large for the queue is refused meanwhile: Revento has to keep it.
    expect([...new Set(refusals)]).toEqual(outage.refusals);
    expect(replayed).toBeGreaterThan(0);
    const people = await rowsOf<{ status: string; isLarge: number }>(
      `SELECT application_status AS status, length(custom_form_fields) > 200000 AS isLarge
       FROM participants WHERE connection_id = ?`,
      id,
    );
    expect(people.filter(({ status }) => status === "approved")).toHaveLength(120);
    expect(people.filter(({ isLarge }) => isLarge === 1)).toHaveLength(10);
    expect(
      await rowsOf("SELECT outcome, count(*) AS n FROM deliveries WHERE connection_id = ? GROUP BY 1", id),
    ).toEqual([{ outcome: "applied", n: 120 }]);
    expect(await rowsOf("SELECT id FROM spills")).toEqual([]);
  });
}
