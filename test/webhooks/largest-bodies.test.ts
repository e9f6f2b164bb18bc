import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import { openDatabase } from "../../src/db/client.ts";
import { utf8 } from "../../src/lib/encoding.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { limitedD1 } from "../support/limited-d1.ts";
import { openPlain } from "../support/pages.ts";
import {
  consumeNow,
  delivery,
  type Envelope,
  envelope,
  heldQueue,
  messageOf,
  rowsOf,
} from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const LIMIT = 1_048_576;
/** What a group of 2 MB may bind: its bodies three times over, and its records. */
const MOST_BOUND_AT_ONCE = 7_000_000;
const FILLINGS = { ASCII: "a", quotes: '"', Polish: "ż", emoji: "🎉", NUL: "\0", breaks: "\n" };
const HOLE = "the filling comes here";

/** A body of exactly so many bytes, by default as many as intake takes, filled up in the place of its hole. */
function filled(parts: Envelope, filling: string, bytes = LIMIT): string {
  const around = JSON.stringify(envelope(parts));
  const unit = JSON.stringify(filling).slice(1, -1);
  const room = bytes - utf8(around).length + HOLE.length;
  const units = Math.floor(room / utf8(unit).length);
  const text = unit.repeat(units) + "a".repeat(room - units * utf8(unit).length);
  expect(around.split(HOLE)).toHaveLength(2);
  return around.replace(HOLE, () => text);
}

/** The largest snapshots of three kinds, and one that is none. Each is filled where most of its text is. */
const snapshotsOf = (of: object): readonly Envelope[] =>
  [
    {
      type: "application.approved",
      data: { id: "app_1", participant_id: "ptp_1", status: "approved", custom_form_fields: { a: HOLE } },
    },
    { type: "participant.profile_updated", data: { id: "ptp_2", display_name: "Ola", biography: HOLE } },
    { type: "activity.updated", data: { id: "act_1", description: HOLE } },
    { type: "application.approved", data: { id: "app_2", note: HOLE } },
  ].map((one, n) => ({ ...one, ...of, occurred_at: new Date(START + n * 1_000 + 1_000).toISOString() }));

async function connected() {
  const { id, eventId, organizationId } = await openPlain(testWorld(), START);
  const queue = heldQueue<WebhookMessage>();
  const database = limitedD1(env.DB);
  const world = testWorld({
    env: { ...withoutDelivery(), DB: database.binding, WEBHOOKS: queue } as Env,
    db: openDatabase(database.binding),
  });
  return { id, of: { event_id: eventId, organization_id: organizationId }, world, queue, database };
}

const outcomesOf = async (id: string) =>
  (
    await rowsOf<{ outcome: string }>(
      "SELECT outcome FROM deliveries WHERE connection_id = ? ORDER BY occurred_at",
      id,
    )
  ).map(({ outcome }) => outcome);
const lengthsOf = async (id: string) =>
  (
    await rowsOf<{ length: number }>(
      `SELECT length(custom_form_fields) AS length FROM participants WHERE connection_id = ?1 AND id = 'ptp_1'
       UNION ALL SELECT length(extra) FROM participants WHERE connection_id = ?1 AND id = 'ptp_2'
       UNION ALL SELECT length(data) FROM resources WHERE connection_id = ?1`,
      id,
    )
  ).map(({ length }) => length);

for (const [name, filling] of Object.entries(FILLINGS)) {
  test(`the largest bodies of ${name} in one batch: snapshots are applied, what is none is set aside`, async () => {
    const { id, of, world, queue, database } = await connected();
    for (const one of snapshotsOf(of)) {
      const text = filled(one, filling);
      expect(utf8(text).byteLength).toBe(LIMIT);
      expect((await takeIn(world, await delivery(text, {}, one.type))).status).toBe(200);
    }
    const { acked, retried } = await consumeNow(queue.sent, world);
    expect([acked.length, retried]).toEqual([4, []]);
    expect(await outcomesOf(id)).toEqual(["applied", "applied", "applied", "set_aside"]);
    const least = LIMIT / (utf8(JSON.stringify(filling)).length - 2) - 1_000;
    const lengths = await lengthsOf(id);
    expect([lengths.length, lengths.every((length) => length > least)]).toEqual([3, true]);
    expect(await rowsOf("SELECT reason FROM dead_letters WHERE connection_id = ?", id)).toEqual([
      { reason: "no application.approved snapshot" },
    ]);
    expect(await rowsOf("SELECT count(*) n FROM spills")).toEqual([{ n: 0 }]);
    // None was tried in vain, and none made a transaction of more than it may be.
    expect(database.refused).toBe(0);
    expect(database.largest).toBeLessThan(MOST_BOUND_AT_ONCE);
  });
}

for (const [name, filling] of Object.entries({ ASCII: "a", Polish: "ż" })) {
  test(`as many bodies of ${name} as one transaction takes are bound in pieces that D1 takes`, async () => {
    const { id, of, world, database } = await connected();
    const [one] = snapshotsOf(of);
    const messages = Array.from({ length: 20 }, () => ({
      ...messageOf({ type: "application.approved" }),
      body: utf8(filled({ type: "application.approved", ...one }, filling, 99_900)),
    }));
    expect((await consumeNow(messages, world)).acked).toHaveLength(20);
    expect((await outcomesOf(id)).filter((outcome) => outcome === "applied")).toHaveLength(20);
    expect(database.refused).toBe(0);
  });
}
