import { expect, test } from "vitest";
import { endConnection, openConnection } from "../../src/connections/index.ts";
import { CRON_INTERVALS, watch } from "../../src/monitoring/index.ts";
import { crons } from "../../src/schedule.ts";
import { listOpenSignals, raiseSignal } from "../../src/signals/index.ts";
import { MIXED, setAside } from "../support/letters.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const MINUTE = 60_000;

test("the watchdog knows every cron", () => {
  expect(Object.keys(CRON_INTERVALS).sort()).toEqual(Object.keys(crons).sort());
});

test("a burst of revoked tokens is a likely suspension: raised once, resolved when over", async () => {
  const start = Date.now();
  let now = start;
  const sent: unknown[] = [];
  const base = testWorld();
  const ALERTS = { send: async (message: unknown) => void sent.push(message) };
  const world = testWorld({ now: () => now, env: { ...base.env, ALERTS } as unknown as typeof base.env });
  for (const n of [1, 2, 3]) {
    const key = { eventId: `evt_burst_${n}`, organizationId: "org_burst" };
    await openConnection(world, { ...key, connectedAt: start - 1000, grantedScopes: [], askedScopes: [] });
    await endConnection(world, { ...key, reason: "token_revoked", at: now });
  }
  await watch(world);
  await watch(world);
  const names = (await listOpenSignals(world)).map(({ name }) => name);
  expect(names.filter((name) => name === "suspension_suspected")).toHaveLength(1);
  expect(sent.filter((one) => JSON.stringify(one).includes("suspension_suspected"))).toHaveLength(1);

  now = start + 16 * MINUTE;
  await watch(world);
  expect((await listOpenSignals(world)).map(({ name }) => name)).not.toContain("suspension_suspected");
  expect(sent).toContainEqual(expect.objectContaining({ signal: "suspension_suspected", state: "resolved" }));
});

test("while a signal is open its text follows, and nothing more is sent", async () => {
  const sent: unknown[] = [];
  const base = withoutDelivery();
  const ALERTS = { send: async (message: unknown) => void sent.push(message) };
  const world = testWorld({ env: { ...base, ALERTS } as unknown as typeof base });
  await setAside(world, MIXED.slice(0, 1));
  await watch(world);
  const textNow = async () =>
    (await listOpenSignals(world)).find(({ name }) => name === "dead_letters")?.text;
  expect(await textNow()).toBe("1 message is set aside and waits for a decision.");
  await setAside(world, MIXED);
  await watch(world);
  expect(await textNow()).toBe(`${MIXED.length} messages are set aside and wait for a decision.`);
  expect(sent.filter((one) => JSON.stringify(one).includes('"dead_letters"'))).toHaveLength(1);
});

test("crons that do not run and work that waits are noticed", async () => {
  const start = Date.now();
  const world = testWorld({ now: () => start });
  await watch(world);
  await world.db.raw
    .prepare(
      "INSERT INTO spills (id, body, envelope, created_at, sent_at) VALUES ('s1', x'00', '{}', ?1, ?1)",
    )
    .bind(start)
    .run();
  const later = testWorld({ now: () => start + 31 * MINUTE });
  await watch(later);
  const signals = await listOpenSignals(later);
  expect(signals).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "cron_missed", text: expect.stringContaining("*/15") }),
      expect.objectContaining({ name: "queue_growing", text: expect.stringContaining("spills 31 min") }),
    ]),
  );
});

const OVER = "evt_over/org_over";

test("what was said of a connection's health is over once the connection is over for good", async () => {
  const world = testWorld({ env: withoutDelivery() });
  const key = { eventId: "evt_over", organizationId: "org_over" };
  const life = { ...key, connectedAt: Date.now() - 1000, grantedScopes: [], askedScopes: [] };
  await openConnection(world, life);
  await raiseSignal(world, { name: "connection_unhealthy", subject: OVER, text: "It is revoked." });
  const isOpen = async () => (await listOpenSignals(world)).some(({ subject }) => subject === OVER);

  await endConnection(world, { ...key, reason: "token_revoked", at: Date.now() });
  await watch(world);
  expect(await isOpen(), "its organizer can still connect it again").toBe(true);

  await endConnection(world, {
    ...key,
    reason: "organizer_revoked",
    at: Date.now(),
    isDeletionRequired: true,
  });
  await watch(world);
  expect(await isOpen()).toBe(false);
});
