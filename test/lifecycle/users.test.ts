import { expect, onTestFinished, test } from "vitest";
import { endConnection, findConnection } from "../../src/connections/index.ts";
import { cached } from "../../src/db/cache.ts";
import { applyLifecycleEvent, endUsersOfEvent } from "../../src/lifecycle/index.ts";
import { readOwnProfile } from "../../src/participant/read.ts";
import { createBrowser } from "../support/browser.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { personWith, signInAsParticipant } from "../support/person.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const world = testWorld({ env: withoutDelivery() });

/** A connected event with two people signed in, whose pages were looked at. */
async function twoSignedIn() {
  const emulator = startEmulator({ seed: Math.floor(Math.random() * 1_000_000) });
  await emulator.connect();
  const { eventId, organizationId } = emulator;
  const connection = await findConnection(world, { eventId, organizationId });
  if (connection === null) throw new Error("the event is not connected");
  const approved = emulator.state.store.events
    .get(eventId)
    ?.participants.all()
    .filter(({ status }) => status === "approved");
  const [first, second] = approved ?? [];
  if (first === undefined || second === undefined) throw new Error("fewer than two people are approved");
  const browsers = [createBrowser(), createBrowser()] as const;
  await signInAsParticipant(emulator, browsers[0], { account: first.user_id });
  await signInAsParticipant(emulator, browsers[1], { account: second.user_id });
  await world.db.raw
    .prepare(
      `INSERT INTO participants (connection_id, id, user_id, updated_at) VALUES (?, ?, ?, 1)
       ON CONFLICT DO UPDATE SET user_id = excluded.user_id`,
    )
    .bind(connection.id, first.id, first.user_id)
    .run();
  return { emulator, connection, browsers, users: [first.user_id, second.user_id] as const, first };
}

/** What is kept of a person at an event: sessions, the record of their grant, cached pieces. */
async function keptOf(userId: string, eventId: string): Promise<readonly string[]> {
  const rows = await rowsOf<{ what: string }>(
    `SELECT 'session' AS what FROM sessions WHERE subject = ?1 AND event_id = ?2
     UNION ALL SELECT 'grant' FROM user_grants WHERE user_id = ?1 AND event_id = ?2
     UNION ALL SELECT key FROM caches WHERE instr(key, ?1) AND connection_id IN (SELECT id FROM connections WHERE event_id = ?2)`,
    userId,
    eventId,
  );
  return rows.map(({ what }) => what.split("/")[0] ?? what).sort();
}

const revocation = (emulator: TestEmulator, userId: string, occurredAt = new Date()) => ({
  type: "user.revoked_access",
  event_id: emulator.eventId,
  organization_id: emulator.organizationId,
  occurred_at: occurredAt.toISOString(),
  data: { user_id: userId },
});

const EVERYTHING = ["application", "grant", "profile", "session"];
const SOON = () => new Date(Date.now() + 1_500);

test("who revoked access leaves no token, session or cached piece; the mirrored participant and others stay", async () => {
  const { emulator, connection, browsers, users, first } = await twoSignedIn();
  const [user, other] = users;
  expect(await keptOf(user, emulator.eventId)).toEqual(EVERYTHING);

  const { acked } = await consumeNow([messageOf(revocation(emulator, user, SOON()))], world);
  expect(acked).toHaveLength(1);

  expect(await keptOf(user, emulator.eventId)).toEqual([]);
  const calls = emulator.count("GET /api/v1/me/profile");
  const profile = await readOwnProfile(world, connection, user);
  expect(profile).toMatchObject({ ok: false, failure: { kind: "not_connected" } });
  expect(emulator.count("GET /api/v1/me/profile")).toBe(calls);
  expect((await browsers[0].get(`/me/events/${emulator.eventId}`)).status).not.toBe(200);
  expect(
    await rowsOf(
      "SELECT user_id FROM participants WHERE connection_id = ? AND id = ?",
      connection.id,
      first.id,
    ),
  ).toEqual([{ user_id: user }]);

  expect(await keptOf(other, emulator.eventId)).toEqual(EVERYTHING);
  expect((await browsers[1].get(`/me/events/${emulator.eventId}`)).status).toBe(200);
});

test("a piece that was being fetched when the person revoked is not kept", async () => {
  const { emulator, connection, users } = await twoSignedIn();
  const [user] = users;
  await world.db.raw.prepare("DELETE FROM caches WHERE connection_id = ?").bind(connection.id).run();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  onTestFinished(release);
  let reached = () => {};
  const asked = new Promise<void>((resolve) => {
    reached = resolve;
  });
  emulator.intercept = async (request) => {
    if (!request.url.endsWith("/me/profile")) return undefined;
    reached();
    await held;
    return undefined;
  };
  const reading = readOwnProfile(world, connection, user);
  await asked;
  const revoking = consumeNow([messageOf(revocation(emulator, user, SOON()))], world);
  await revoking;
  release();
  await reading;
  expect(await keptOf(user, emulator.eventId)).toEqual([]);
});

test("a person's piece is kept only while they are signed in; the event's is kept without anybody", async () => {
  const { emulator, connection, users } = await twoSignedIn();
  const [user, other] = users;
  const place = { connectionId: connection.id, freshMs: 60_000 };
  const loaded = { ok: true, value: { text: "x" }, date: Date.now(), durationMs: 0 } as const;
  await cached(world, { ...place, key: `late/${user}`, userId: user }, async () => {
    await consumeNow([messageOf(revocation(emulator, user, SOON()))], world);
    return loaded;
  });
  await cached(world, { ...place, key: `late/${other}`, userId: other }, async () => loaded);
  await cached(world, { ...place, key: "late" }, async () => loaded);
  const kept = await rowsOf<{ key: string }>(
    "SELECT key FROM caches WHERE connection_id = ? AND key LIKE 'late%' ORDER BY key",
    connection.id,
  );
  expect(kept.map(({ key }) => key)).toEqual(["late", `late/${other}`]);
});

test("a piece that was being fetched when the integration was suspended is not kept", async () => {
  const { connection, emulator, users } = await twoSignedIn();
  const { eventId, organizationId } = emulator;
  onTestFinished(async () => void (await world.db.raw.prepare("DELETE FROM platform_state").run()));
  const place = { connectionId: connection.id, freshMs: 60_000, key: `late/${users[0]}`, userId: users[0] };
  await cached(world, place, async () => {
    const suspended = { type: "integration.suspended", occurredAt: Date.now() + 1_500, data: {} };
    await applyLifecycleEvent(world, { ...suspended, eventId, organizationId });
    return { ok: true, value: 1, date: Date.now() + 1_500, durationMs: 0 };
  });
  expect(await rowsOf("SELECT key FROM caches WHERE connection_id = ?", connection.id)).toEqual([]);
});

test("a webhook from before they signed in again, or a repeat of it, does nothing", async () => {
  const { emulator, browsers, users } = await twoSignedIn();
  const [user] = users;
  const revoked = revocation(emulator, user, new Date(Date.now() - 60_000));
  await consumeNow([messageOf(revoked), messageOf(revoked)], world);
  expect(await keptOf(user, emulator.eventId)).toEqual(EVERYTHING);
  expect((await browsers[0].get(`/me/events/${emulator.eventId}`)).status).toBe(200);
});

const DELETIONS = ["organizer_revoked", "event_archived", "formal_status_lost"] as const;
const endings = [
  ...DELETIONS.map((reason) => ["deletion webhook", reason] as const),
  ["API refusal", "token_revoked"],
  ["refused refresh", "invalid_grant"],
  ["lost refresh", "lost_rotation"],
  ["too late a refresh", "grant_expired"],
  ["suspension", "suspended"],
  ["unpublishing", "unpublished"],
] as const;
const isPlatform = (reason: string): boolean => reason === "suspended" || reason === "unpublished";

test.each(endings)(
  "%s, %s: sessions and caches of the event are gone at once, then its users' grants",
  async (_, reason) => {
    const { emulator, connection, browsers, users } = await twoSignedIn();
    const { eventId, organizationId } = emulator;
    const at = Date.now() + 1_500;
    const lifecycle = { occurredAt: at, eventId, organizationId, data: { reason } };
    if (DELETIONS.some((one) => one === reason)) {
      await applyLifecycleEvent(world, { ...lifecycle, type: "data.deletion_required" });
    } else if (isPlatform(reason)) {
      onTestFinished(async () => void (await world.db.raw.prepare("DELETE FROM platform_state").run()));
      await applyLifecycleEvent(world, { ...lifecycle, type: `integration.${reason}` });
    } else {
      await endConnection(world, { ...connection, reason, at });
    }
    for (const user of users) expect(await keptOf(user, eventId)).toEqual(["grant"]);
    for (const browser of browsers) expect((await browser.get(`/me/events/${eventId}`)).status).not.toBe(200);

    expect(await endUsersOfEvent(world, { kind: "users.end", eventId, before: at })).toEqual({ do: "ack" });
    for (const user of users) {
      expect(await keptOf(user, eventId)).toEqual([]);
      expect(await readOwnProfile(world, connection, user)).toMatchObject({ ok: false });
    }
  },
);

test.each(["suspended", "unpublished"])("%s: people of every event are signed out at once", async (what) => {
  onTestFinished(async () => void (await world.db.raw.prepare("DELETE FROM platform_state").run()));
  const events = [await twoSignedIn(), await twoSignedIn()];
  const occurredAt = Date.now() + 1_500;
  const told = { occurredAt, eventId: null, organizationId: null, data: {} };
  await applyLifecycleEvent(world, { ...told, type: `integration.${what}` });
  for (const { emulator, browsers, users } of events) {
    for (const user of users) expect(await keptOf(user, emulator.eventId)).toEqual(["grant"]);
    for (const browser of browsers) {
      expect((await browser.get(`/me/events/${emulator.eventId}`)).status).not.toBe(200);
    }
  }
});

test("a person of another event is left alone", async () => {
  const { emulator, users } = await twoSignedIn();
  const person = personWith(emulator);
  await consumeNow(
    [messageOf({ ...revocation(emulator, person.user_id, SOON()), event_id: "evt_other" })],
    world,
  );
  expect(await keptOf(users[0], emulator.eventId)).toEqual(EVERYTHING);
});

test.each([
  ["inside of the user", (id: string) => ({ user: { id, email: "someone@example.org" } })],
  ["as the user's own", (id: string) => ({ id, email: "someone@example.org" })],
])("who revoked access is found also where their id stands %s", async (_where, dataOf) => {
  const { emulator, users } = await twoSignedIn();
  const [user, other] = users;
  const body = { ...revocation(emulator, user, SOON()), data: dataOf(user) };
  expect((await consumeNow([messageOf(body)], world)).acked).toHaveLength(1);
  expect(await keptOf(user, emulator.eventId)).toEqual([]);
  expect(await keptOf(other, emulator.eventId)).toEqual(EVERYTHING);
});
