import { expect, test } from "vitest";
import { api } from "../support/api.ts";
import { seedEvent } from "../support/event.ts";
import { operatorBrowser, readPage, tableRows, textOf } from "../support/ops.ts";
import { consumeNow, type Envelope, messageOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const world = testWorld({ env: withoutDelivery() });

/** Webhooks of one event: applied, repeated, older than what is known, of a type that nobody knows. */
async function receive() {
  const { eventId, organizationId } = await seedEvent();
  const at = Date.now();
  const told = (type: string, ago: number, data: unknown, id: string): Envelope => ({
    id,
    type,
    event_id: eventId,
    organization_id: organizationId,
    occurred_at: new Date(at - ago).toISOString(),
    data,
  });
  const thread = { id: `thr_${eventId}`, name: "Main" };
  const rows = [
    messageOf(told("thread.updated", 10_000, thread, `bdy_1_${eventId}`), `dlv_new_${eventId}`),
    messageOf(told("thread.updated", 10_000, thread, `bdy_1_${eventId}`), `dlv_again_${eventId}`),
    messageOf(told("thread.updated", 60_000, thread, `bdy_2_${eventId}`), `dlv_old_${eventId}`),
    messageOf(told("moon.risen", 5_000, {}, `bdy_3_${eventId}`), `dlv_unknown_${eventId}`),
  ];
  for (const row of rows) await consumeNow([{ ...row, requestId: `req_${eventId}` }], world);
  return { eventId, organizationId };
}

test("deliveries are shown with type, outcome, event and lag, newest first; the API lists the same", async () => {
  const { eventId } = await receive();
  const { body } = await api("GET", "/deliveries");
  const known = (body as { data: { type: string; outcome: string; event_id: string }[] }).data;
  const browser = await operatorBrowser();
  const html = await readPage(browser, "/ops/deliveries");
  const rows = tableRows(html);
  expect(rows.map((row) => [row[1], row[2], row[3]])).toEqual(
    known.map(({ type, outcome, event_id }) => [type, outcome, event_id]),
  );
  const own = rows.filter((row) => row[3] === eventId);
  expect(own.map((row) => `${row[1]} ${row[2]}`).sort()).toEqual([
    "moon.risen ignored",
    "thread.updated applied",
    "thread.updated stale",
  ]);
  for (const row of own) expect(Number(row[4])).toBeGreaterThanOrEqual(0);
  // The repeat is the same delivery: it counts as received twice.
  expect(own.find((row) => row[2] === "applied")?.[5]).toBe("2");
});

test.each(["applied", "stale", "ignored"])("the filter %s lists those alone", async (outcome) => {
  await receive();
  const rows = tableRows(await readPage(await operatorBrowser(), `/ops/deliveries?status=${outcome}`));
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map((row) => row[2]))).toEqual(new Set([outcome]));
  const { body } = await api("GET", `/deliveries?status=${outcome}`);
  expect((body as { data: unknown[] }).data).toHaveLength(rows.length);
});

test("a delivery leads to its trace, and its request id to all that came with it, in order", async () => {
  const { eventId } = await receive();
  const browser = await operatorBrowser();
  const html = await readPage(browser, "/ops/deliveries?status=applied");
  const link = [...html.matchAll(/href="(\/ops\/trace\?id=[^"]*)"/g)]
    .map(([, path]) => String(path))
    .find((path) => path.includes(eventId));
  expect(textOf(await readPage(browser, link ?? ""))).toContain("thread.updated: applied");
  const traced = await readPage(browser, `/ops/trace?id=req_${eventId}`);
  const lines = tableRows(traced).map((row) => row[2]);
  expect(lines.sort()).toEqual([
    "moon.risen: ignored",
    "thread.updated: applied, received 2 times",
    "thread.updated: stale",
  ]);
  const times = [...traced.matchAll(/datetime="([^"]*)"/g)].map(([, time]) => String(time));
  expect(times).toEqual(times.toSorted());
});

test("what happened to one person stands in order: mirrored, cancelled, checked in, who did it", async () => {
  const { id } = await seedEvent([{ id: "ptp_traced" }]);
  const { raw } = world.db;
  await raw.batch([
    raw
      .prepare(
        "INSERT INTO state_changes VALUES (?, 'participant', 'ptp_traced', 2000, 'present', 'cancelled', 'walk')",
      )
      .bind(id),
    raw.prepare("INSERT INTO check_ins VALUES (?, 'ptp_traced', 3000, 'door', 3000, NULL)").bind(id),
    raw
      .prepare(
        "INSERT INTO audit (connection_id, at, actor, action, subject) VALUES (?, 4000, 'organizer', 'seen', 'ptp_traced')",
      )
      .bind(id),
  ]);
  const rows = tableRows(await readPage(await operatorBrowser(), "/ops/trace?id=ptp_traced"));
  const expected = [
    expect.stringMatching(/^mirror of evt_seed_\d+: present, application approved$/),
    "present → cancelled (walk)",
    "checked in by door",
    "organizer: seen",
  ];
  // Each once: the page finds the last also by its subject, which it then names.
  expect(rows.map((row) => row[2]?.replace(/ ptp_traced$/, ""))).toEqual(expected);
  const { body } = await api("GET", "/participants/ptp_traced/trace");
  const entries = (body as { entries: { at: string; summary: string }[] }).entries;
  expect(entries.map(({ summary }) => summary)).toEqual(expected);
  expect(entries.map(({ at }) => Date.parse(at))).toEqual([1, 2000, 3000, 4000]);
});
