import { beforeEach, expect, test, vi } from "vitest";
import { endConnection } from "../../src/connections/index.ts";
import { createBrowser } from "../support/browser.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { testWorld } from "../support/event.ts";
import { personWith, signInAsParticipant } from "../support/person.ts";
import { consumeNow, messageOf } from "../support/webhooks.ts";

let emulator: TestEmulator;
beforeEach(() => {
  emulator = startEmulator({ seed: Math.floor(Math.random() * 1_000_000) });
});

const nameOf = (userId: string): string => emulator.state.store.accounts.get(userId)?.display_name ?? "?";

test("a participant sees a greeting, the event, the status with what it means, and the program", async () => {
  await emulator.connect();
  const person = personWith(emulator, "approved");
  const response = await signInAsParticipant(emulator, createBrowser(), { account: person.user_id });
  const text = await response.text();
  expect(response.status).toBe(200);
  const name = nameOf(person.user_id);
  expect(text).toContain(`<bdi class="name inline" title="${name}">${name}</bdi>`);
  expect(text).toContain("You are in.");
  expect(text).toContain("My day");
  expect(text).toMatch(/\d+ activities/);
});

test.each([
  ["pending", "being reviewed"],
  ["rejected", "not accepted"],
  ["revision_requested", "changes requested"],
])("an application that is %s says what it means", async (status, words) => {
  await emulator.connect();
  const account = personWith(emulator, status).user_id;
  expect(await (await signInAsParticipant(emulator, createBrowser(), { account })).text()).toContain(words);
});

test.each([
  ["en", "not registered yet", "You are in."],
  ["pl", "nie masz jeszcze rejestracji", "Jesteś na liście."],
])(
  "an approval is not yet a place: what is left to do is said until Revento registers (%s)",
  async (...words) => {
    const [language, left, isIn] = words;
    await emulator.connect();
    const person = personWith(emulator, "approved");
    const tell = (type: string, data: object, seconds: number) =>
      consumeNow([
        messageOf({
          type,
          event_id: emulator.eventId,
          organization_id: emulator.organizationId,
          occurred_at: new Date(Date.now() + seconds * 1000).toISOString(),
          data,
        }),
      ]);
    const application = {
      id: "app_1",
      participant_id: person.id,
      user_id: person.user_id,
      status: "approved",
    };
    await tell("application.approved", application, 1);
    const browser = createBrowser(language);
    const first = await (await signInAsParticipant(emulator, browser, { account: person.user_id })).text();
    expect(first).toContain(left);
    expect(first).not.toContain(isIn);
    const registered_at = new Date().toISOString();
    await tell("participant.registered", { id: person.id, user_id: person.user_id, registered_at }, 2);
    const then = await (await browser.get("/me")).text();
    expect(then).toContain(isIn);
    expect(then).not.toContain(left);
  },
);

test("somebody who was not accepted is not told to sign up for activities", async () => {
  await emulator.connect();
  const account = personWith(emulator, "rejected").user_id;
  const text = await (await signInAsParticipant(emulator, createBrowser(), { account })).text();
  expect(text).not.toContain("My day");
  expect(text).not.toContain("You can do that in Revento");
  expect(text).toMatch(/\d+ activities/);
});

test("an application that was not shared is respected", async () => {
  await emulator.connect();
  const response = await signInAsParticipant(emulator, createBrowser(), {
    withoutScopes: ["event.attendance"],
  });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("You chose not to share your application");
});

test("the profile is asked for once an hour, the program once in hours", async () => {
  await emulator.connect();
  const browser = createBrowser();
  await signInAsParticipant(emulator, browser);
  await browser.get("/me");
  const program = `GET /api/v1/events/${emulator.eventId}/program`;
  expect([emulator.count("GET /api/v1/me/profile"), emulator.count(program)]).toEqual([1, 1]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61 * 60_000 });
  try {
    await browser.get("/me");
    expect([emulator.count("GET /api/v1/me/profile"), emulator.count(program)]).toEqual([2, 1]);
  } finally {
    vi.useRealTimers();
  }
});

test.each(["activity.updated", "thread.updated", "location.updated"])(
  "the program that is kept is dropped by %s",
  async (type) => {
    await emulator.connect();
    const browser = createBrowser();
    await signInAsParticipant(emulator, browser);
    await browser.get("/me");
    await browser.get("/me");
    const program = `GET /api/v1/events/${emulator.eventId}/program`;
    const before = emulator.count(program);
    await consumeNow([
      messageOf({
        type,
        occurred_at: new Date(Date.now() + 1000).toISOString(),
        event_id: emulator.eventId,
        organization_id: emulator.organizationId,
        data: { id: `changed_${type}`, title: "Changed" },
      }),
    ]);
    await browser.get("/me");
    expect(emulator.count(program)).toBe(before + 1);
  },
);

test("two events of one person: both are listed, and switching needs no new login", async () => {
  await emulator.connect();
  const { store } = emulator.state;
  const other = [...store.events.values()].find(({ id }) => id !== emulator.eventId);
  if (other === undefined) throw new Error("there is one event only");
  await emulator.connect({ eventId: other.id });
  const both = emulator.state.store.events
    .get(emulator.eventId)
    ?.participants.all()
    .find(({ user_id }) => other.participants.all().some((one) => one.user_id === user_id));
  if (both === undefined) return expect.unreachable("nobody goes to both events");
  const browser = createBrowser();
  await signInAsParticipant(emulator, browser, { account: both.user_id });
  await signInAsParticipant(emulator, browser, { account: both.user_id, eventId: other.id });
  const text = await (await browser.get(`/me/events/${emulator.eventId}`)).text();
  expect(text).toContain(`href="/me/events/${other.id}"`);
  expect(text.indexOf(`/me/events/${other.id}`)).toBeLessThan(
    text.indexOf(`/me/events/${emulator.eventId}" aria-current`),
  );
  expect((await browser.get(`/me/events/${other.id}`)).status).toBe(200);
  const left = await browser.post("/logout", { event_id: other.id });
  expect(left.headers.get("location")).toBe("/me");
  expect((await browser.get(`/me/events/${other.id}`)).status).toBe(401);
  expect((await browser.get(`/me/events/${emulator.eventId}`)).status).toBe(200);
});

test("signing out of all destroys sessions, cookies and what was kept", async () => {
  await emulator.connect();
  const browser = createBrowser();
  const account = personWith(emulator).user_id;
  await signInAsParticipant(emulator, browser, { account });
  const stolen = createBrowser();
  for (const [name, value] of browser.cookies) stolen.cookies.set(name, value);
  expect(await (await browser.post("/logout")).text()).toContain("You are signed out");
  expect((await browser.get("/me")).status).toBe(401);
  expect((await stolen.get("/me")).status).toBe(401);
  const left = await testWorld()
    .db.raw.prepare("SELECT count(*) AS n FROM caches WHERE key = ?")
    .bind(`profile/${account}`)
    .first("n");
  expect(left).toBe(0);
});

test("an event that this person never signed in to is not shown, whoever they are", async () => {
  await emulator.connect();
  const browser = createBrowser();
  await signInAsParticipant(emulator, browser);
  const response = await browser.get("/me/events/evt_foreign");
  expect(response.status).toBe(401);
  expect((await createBrowser().get(`/me/events/${emulator.eventId}`)).status).toBe(401);
});

test("a second person on the same device takes it over: the first is signed out of it", async () => {
  await emulator.connect();
  const browser = createBrowser();
  const [first, second] = [personWith(emulator, "approved"), personWith(emulator, "pending")];
  await signInAsParticipant(emulator, browser, { account: first.user_id });
  await signInAsParticipant(emulator, browser, { account: second.user_id });
  const text = await (await browser.get("/me")).text();
  expect(text).toContain(nameOf(second.user_id));
  expect(text).not.toContain(nameOf(first.user_id));
});

test("an ended connection shows a friendly page without data", async () => {
  await emulator.connect();
  const browser = createBrowser();
  const account = personWith(emulator).user_id;
  await signInAsParticipant(emulator, browser, { account });
  const key = { eventId: emulator.eventId, organizationId: emulator.organizationId };
  await endConnection(testWorld(), { ...key, reason: "organizer_revoked", at: Date.now() });
  const response = await browser.get(`/me/events/${emulator.eventId}`);
  expect(response.status).toBe(410);
  expect(await response.text()).not.toContain(nameOf(account));
  expect(await (await browser.get("/me")).text()).not.toContain(nameOf(account));
});

test("an unpublished event shows a friendly page without data", async () => {
  await emulator.connect();
  const browser = createBrowser();
  const account = personWith(emulator).user_id;
  await signInAsParticipant(emulator, browser, { account });
  await testWorld()
    .db.raw.prepare(
      `INSERT OR REPLACE INTO resources (connection_id, kind, id, data, version_at, hash, updated_at)
       SELECT id, 'event', event_id, '{"publish_status":"unpublished"}', 1, 'x', 1 FROM connections WHERE event_id = ?`,
    )
    .bind(emulator.eventId)
    .run();
  const response = await browser.get("/me");
  expect(response.status).toBe(410);
  const text = await response.text();
  expect(text).toContain("not published");
  expect(text).not.toContain(nameOf(account));
});

test("access that the person revoked shows a friendly page, and nothing of what was kept", async () => {
  await emulator.connect();
  const browser = createBrowser();
  const person = personWith(emulator);
  await signInAsParticipant(emulator, browser, { account: person.user_id });
  await testWorld().db.raw.prepare("DELETE FROM caches").run();
  emulator.actions.revokeUser(person.user_id, emulator.eventId);
  const response = await browser.get("/me");
  expect(response.status).toBe(401);
  expect(await response.text()).toContain("Your access has ended");
});

test("… also while the profile that was read before is still fresh", async () => {
  await emulator.connect();
  const browser = createBrowser();
  const person = personWith(emulator);
  await signInAsParticipant(emulator, browser, { account: person.user_id });
  await testWorld().db.raw.prepare("DELETE FROM caches WHERE key LIKE 'application/%'").run();
  emulator.actions.revokeUser(person.user_id, emulator.eventId);
  for (let times = 0; times < 2; times++) {
    const response = await browser.get("/me");
    expect(response.status).toBe(401);
    const text = await response.text();
    expect(text).toContain("Your access has ended");
    expect(text).not.toContain(nameOf(person.user_id));
  }
});

test("no token is ever used for another event or person", async () => {
  await emulator.connect();
  const seen: { path: string; token: string }[] = [];
  emulator.intercept = (request) => {
    const { pathname } = new URL(request.url);
    seen.push({ path: pathname, token: request.headers.get("authorization") ?? "" });
    return undefined;
  };
  await signInAsParticipant(emulator, createBrowser());
  const tokensOf = (part: string) =>
    new Set(seen.filter(({ path }) => path.includes(part)).map(({ token }) => token));
  const [user, installation] = [tokensOf("/me/"), tokensOf("/events/")];
  expect(user.size).toBe(1);
  for (const token of installation) expect(user.has(token)).toBe(false);
});
