import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import { endConnection, findConnection, openConnection } from "../../src/connections/index.ts";
import { applyLifecycleEvent, eraseConnection } from "../../src/lifecycle/index.ts";
import type { AlertMessage } from "../../src/messages.ts";
import { watch } from "../../src/monitoring/index.ts";
import { listOpenSignals, raiseSignal, resolveSignal } from "../../src/signals/index.ts";
import { heldQueue, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const ENDED = Date.now() - 3_600_000;
const alerts = heldQueue<AlertMessage>();
const world = testWorld({ env: { ...withoutDelivery(), ALERTS: alerts } });

/** The same world whose alerts do not take what is sent: refused, or killed there. */
const whereSending = (send: () => Promise<never>) =>
  testWorld({ env: { ...withoutDelivery(), ALERTS: { ...alerts, send } as Env["ALERTS"] } });
const refusing = whereSending(async () => {
  throw new Error("the queue is over its limit");
});

let next = 0;
async function connect(organizationId = "org_told", eventId = `evt_told_${next++}`) {
  const key = { eventId, organizationId };
  const opened = await openConnection(world, {
    ...key,
    connectedAt: ENDED - 60_000,
    grantedScopes: [],
    askedScopes: [],
  });
  return { key, id: opened.connectionId };
}

const toldOf = (eventId: string) =>
  alerts.sent.filter(
    (message) =>
      message.kind === "signal" && message.signal === "connection_ended" && message.subject === eventId,
  );

const deletionOf = (key: { eventId: string; organizationId: string }) => ({
  type: "data.deletion_required",
  occurredAt: ENDED,
  ...key,
  data: { reason: "organizer_revoked" },
});

const auditOf = (id: string) =>
  rowsOf<{ actor: string; detail: string }>(
    "SELECT actor, detail FROM audit WHERE connection_id = ? AND action = 'connection.ended'",
    id,
  );

test("an ending is told once, with its reason, and is not an open signal; the audit log has it once", async () => {
  const { key, id } = await connect();
  const ending = { ...key, reason: "token_revoked", at: ENDED } as const;
  await endConnection(world, ending);
  await endConnection(world, ending);
  await watch(world);
  expect(toldOf(key.eventId)).toEqual([
    {
      kind: "signal",
      signal: "connection_ended",
      state: "raised",
      subject: key.eventId,
      text: `The connection of event ${key.eventId} ended: token_revoked.`,
      at: ENDED,
    },
  ]);
  expect((await listOpenSignals(world)).map(({ subject }) => subject)).not.toContain(key.eventId);
  expect(await auditOf(id)).toEqual([
    { actor: "system", detail: JSON.stringify({ reason: "token_revoked" }) },
  ]);
});

test("what is asked of a connection that has ended long since is no second ending", async () => {
  const { key, id } = await connect();
  await endConnection(world, { ...key, reason: "organizer_revoked", at: ENDED });
  await applyLifecycleEvent(world, { ...deletionOf(key), data: {} });
  await eraseConnection(world, key, "operator");
  expect(await auditOf(id)).toMatchObject([{ actor: "system" }]);
  expect(toldOf(key.eventId)).toHaveLength(1);
});

test("a more telling reason is told as well", async () => {
  const { key, id } = await connect();
  await endConnection(world, { ...key, reason: "invalid_grant", at: ENDED });
  await endConnection(world, { ...key, reason: "token_revoked", at: ENDED });
  expect((await auditOf(id)).map(({ detail }) => JSON.parse(detail).reason)).toEqual([
    "invalid_grant",
    "token_revoked",
  ]);
  expect(toldOf(key.eventId)).toHaveLength(2);
});

test("two organizations of an event lose it in the same millisecond: both are told, also by the watchdog", async () => {
  const [one, other] = [await connect(), await connect("org_other", `evt_told_${next - 1}`)];
  await endConnection(refusing, { ...one.key, reason: "token_revoked", at: ENDED });
  await endConnection(refusing, { ...other.key, reason: "organizer_revoked", at: ENDED });
  await watch(world);
  const texts = toldOf(one.key.eventId).map((message) => (message.kind === "signal" ? message.text : ""));
  expect(texts).toEqual([
    expect.stringContaining("token_revoked"),
    expect.stringContaining("organizer_revoked"),
  ]);
});

test("endings that cannot be told keep the watchdog from nothing", async () => {
  for (let count = 0; count < 12; count++) {
    const { key } = await connect();
    await endConnection(refusing, { ...key, reason: "token_revoked", at: Date.now() });
  }
  await watch(refusing);
  expect((await listOpenSignals(refusing)).map(({ name }) => name)).toContain("suspension_suspected");
});

test("a signal that is resolved by a clock behind the raiser's is told as resolved", async () => {
  await raiseSignal(world, { name: "cron_missed", subject: "clock", text: "It is late." });
  const behind = testWorld({ env: world.env, now: () => Date.now() - 60_000 });
  await resolveSignal(behind, "cron_missed", "clock");
  const told = alerts.sent.filter((message) => message.kind === "signal" && message.subject === "clock");
  expect(told).toMatchObject([{ state: "raised" }, { state: "resolved" }]);
});

test("an ending that came too late is not told", async () => {
  const { key } = await connect();
  await endConnection(world, { ...key, reason: "token_revoked", at: ENDED, generation: 99 });
  await watch(world);
  expect(toldOf(key.eventId)).toEqual([]);
});

test("the queue of the alerts refuses: the ending stands, and the watchdog tells it", async () => {
  const { key } = await connect();
  await applyLifecycleEvent(refusing, deletionOf(key));
  expect(await findConnection(world, key)).toMatchObject({ status: "ended", reason: "organizer_revoked" });
  expect(toldOf(key.eventId)).toEqual([]);
  await watch(world);
  await watch(world);
  expect(toldOf(key.eventId)).toMatchObject([{ state: "raised" }]);
});

test("killed as it tells: the delivery that comes again finds it ended, and the watchdog tells it; the audit log knows", async () => {
  const { key, id } = await connect();
  const death = Promise.withResolvers<void>();
  const killed = whereSending(() => {
    death.resolve();
    return new Promise<never>(() => undefined);
  });
  void applyLifecycleEvent(killed, deletionOf(key));
  await death.promise;
  await applyLifecycleEvent(world, deletionOf(key));
  expect(toldOf(key.eventId)).toEqual([]);
  await watch(world);
  expect(toldOf(key.eventId)).toMatchObject([{ state: "raised" }]);
  expect(await auditOf(id)).toEqual([
    { actor: "revento", detail: JSON.stringify({ reason: "organizer_revoked", occurredAt: ENDED }) },
  ]);
});
