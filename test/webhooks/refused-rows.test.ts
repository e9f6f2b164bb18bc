import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import { openDatabase } from "../../src/db/client.ts";
import { utf8 } from "../../src/lib/encoding.ts";
import { faultyD1 } from "../support/faulty-d1.ts";
import { limitedD1 } from "../support/limited-d1.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, envelope, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const REFUSED = "ptp_refused";

/** From now on D1 itself refuses one participant, as it does where a row breaks a constraint. */
const refuseRow = () =>
  env.DB.exec(
    `CREATE TRIGGER refuse_one BEFORE INSERT ON participants WHEN NEW.id = '${REFUSED}' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
  );
afterEach(() =>
  env.DB.batch(["refuse_one", "refuse_long"].map((name) => env.DB.prepare(`DROP TRIGGER IF EXISTS ${name}`))),
);

/** From now on no row of a person grows past 2 MB, as in D1. The local one lets it. */
const limitRows = () =>
  env.DB.exec(
    `CREATE TRIGGER refuse_long BEFORE UPDATE ON participants WHEN length(NEW.extra) + length(NEW.custom_form_fields) > 2000000 BEGIN SELECT RAISE(ABORT, 'string or blob too big: SQLITE_TOOBIG'); END`,
  );

const worldOver = (binding: D1Database) =>
  testWorld({ env: { ...withoutDelivery(), DB: binding } as Env, db: openDatabase(binding) });

async function connected() {
  const { id, eventId, organizationId } = await openPlain(testWorld(), START);
  const approval = (n: number, participant: string) => ({
    type: "application.approved",
    event_id: eventId,
    organization_id: organizationId,
    occurred_at: new Date(START + n * 1_000).toISOString(),
    data: { id: `app_${n}`, participant_id: participant, status: "approved" },
  });
  const keptOf = async () => ({
    participants: (
      await rowsOf<{ id: string }>("SELECT id FROM participants WHERE connection_id = ? ORDER BY id", id)
    ).map((row) => row.id),
    outcomes: (
      await rowsOf<{ outcome: string }>(
        "SELECT outcome FROM deliveries WHERE connection_id = ? ORDER BY occurred_at",
        id,
      )
    ).map((row) => row.outcome),
    reasons: (
      await rowsOf<{ reason: string }>("SELECT reason FROM dead_letters WHERE connection_id = ?", id)
    ).map((row) => row.reason),
  });
  return { id, approval, keptOf };
}

test("of a batch in which D1 refuses one row, that one is set aside and the others are applied", async () => {
  const { approval, keptOf } = await connected();
  await refuseRow();
  const messages = ["ptp_1", REFUSED, "ptp_2", "ptp_3"].map((who, n) => messageOf(approval(n, who)));
  const { acked, retried } = await consumeNow(messages, worldOver(env.DB));
  expect([acked.length, retried]).toEqual([4, []]);
  expect(await keptOf()).toEqual({
    participants: ["ptp_1", "ptp_2", "ptp_3"],
    outcomes: ["applied", "set_aside", "applied", "applied"],
    reasons: [expect.stringMatching(/^refused by D1: .*SQLITE_CONSTRAINT/)],
  });
});

test("a body whose numbers grow past what D1 takes, once written out, is set aside alone", async () => {
  const { approval, keptOf } = await connected();
  const [small, large] = [approval(1, "ptp_1"), approval(2, "ptp_2")];
  const text = JSON.stringify(envelope({ ...large, data: { ...large.data, custom_form_fields: { n: [] } } }));
  const grown = text.replace('"n":[]', `"n":[${Array(150_000).fill("1e20").join(",")}]`);
  const messages = [messageOf(small), { ...messageOf(large), body: utf8(grown) }];
  const { acked, retried } = await consumeNow(messages, worldOver(limitedD1(env.DB).binding));
  expect([acked.length, retried]).toEqual([2, []]);
  expect(await keptOf()).toEqual({
    participants: ["ptp_1"],
    outcomes: ["applied", "set_aside"],
    reasons: [expect.stringMatching(/^refused by D1: .*too big/)],
  });
});

test("a body that would make a person's row longer than D1 takes is set aside alone, and the row stays as it was", async () => {
  const { id, approval, keptOf } = await connected();
  await limitRows();
  const long = "a".repeat(1_040_000);
  const form = approval(1, "ptp_1");
  const messages = [
    { ...form, data: { ...form.data, custom_form_fields: { long } } },
    { ...approval(2, "ptp_1"), type: "participant.profile_updated", data: { id: "ptp_1", biography: long } },
    approval(3, "ptp_2"),
  ].map((parts) => ({ ...messageOf(parts), body: utf8(JSON.stringify(envelope(parts))) }));
  const { acked, retried } = await consumeNow(messages, worldOver(env.DB));
  expect([acked.length, retried]).toEqual([3, []]);
  expect(await keptOf()).toEqual({
    participants: ["ptp_1", "ptp_2"],
    outcomes: ["applied", "set_aside", "applied"],
    reasons: [expect.stringMatching(/^refused by D1: .*too big/)],
  });
  const lengths = `SELECT length(custom_form_fields) AS form, extra FROM participants
    WHERE connection_id = ? AND id = 'ptp_1'`;
  expect(await rowsOf(lengths, id)).toEqual([{ form: long.length + '{"long":""}'.length, extra: "{}" }]);
});

test("an error that is not of the data sends the whole batch back, after one try and with nothing set aside", async () => {
  const { approval, keptOf } = await connected();
  const database = faultyD1(env.DB);
  Object.assign(database, { fault: "error", only: "INSERT INTO deliveries" });
  const messages = ["ptp_1", "ptp_2", "ptp_3"].map((who, n) => messageOf(approval(n, who)));
  const { acked, retriedIndexes } = await consumeNow(messages, worldOver(database.binding));
  expect([acked, retriedIndexes, database.struck]).toEqual([[], [0, 1, 2], 1]);
  expect(await keptOf()).toEqual({ participants: [], outcomes: [], reasons: [] });
});

test("where D1 refuses also to set a row aside, the message comes again", async () => {
  const { approval, keptOf } = await connected();
  await refuseRow();
  const database = faultyD1(env.DB);
  Object.assign(database, { fault: "error", only: "INSERT INTO dead_letters" });
  const messages = ["ptp_1", REFUSED].map((who, n) => messageOf(approval(n, who)));
  const { acked, retriedIndexes } = await consumeNow(messages, worldOver(database.binding));
  expect([acked.length, retriedIndexes]).toEqual([1, [1]]);
  expect(await keptOf()).toEqual({ participants: ["ptp_1"], outcomes: ["applied"], reasons: [] });
});
