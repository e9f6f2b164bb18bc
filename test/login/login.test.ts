import { expect, test } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { createBrowser, startAuthorization } from "../support/browser.ts";
import { startEmulator } from "../support/emulator.ts";
import { testWorld } from "../support/event.ts";
import { personWith, signInAsParticipant } from "../support/person.ts";
import { rowsOf } from "../support/webhooks.ts";

test("login asks for the user scopes alone", async () => {
  const emulator = startEmulator({ seed: 11 });
  await emulator.connect();
  const query = await startAuthorization(createBrowser(), `/login?event_id=${emulator.eventId}`);
  expect(query.get("scope")).toBe("profile.read event.attendance");
  expect(query.get("redirect_uri")).toBe("https://integration.test/login/callback");
});

test("the exchange of a login's code is recorded under its request id, once, with the connection", async () => {
  const emulator = startEmulator();
  await emulator.connect();
  const requestIds: (string | null)[] = [];
  emulator.intercept = ({ url, headers }) => {
    if (url.endsWith("/oauth/token")) requestIds.push(headers.get("X-Revento-Request-Id"));
    return undefined;
  };
  expect((await signInAsParticipant(emulator, createBrowser())).status).toBe(200);
  const { eventId, organizationId } = emulator;
  const connection = await findConnection(testWorld(), { eventId, organizationId });
  expect(requestIds).toHaveLength(1);
  expect(
    await rowsOf("SELECT connection_id, path, status FROM calls WHERE request_id = ?", requestIds[0]),
  ).toEqual([{ connection_id: connection?.id, path: "/oauth/token", status: 200 }]);
});

test("an event that nobody connected explains who may sign in, and Revento is not bothered", async () => {
  const response = await createBrowser("pl").get("/login?event_id=evt_unknown");
  expect(response.status).toBe(403);
  expect(await response.text()).toContain("organizator połączył to wydarzenie");
});

test("declining shows why, what would be accessed, and an obvious way to try again", async () => {
  const emulator = startEmulator({ seed: 12 });
  await emulator.connect();
  const response = await signInAsParticipant(emulator, createBrowser(), { deny: true });
  const text = await response.text();
  expect(text).toContain("Your name and e-mail address");
  expect(text).toContain(`href="/login?event_id=${emulator.eventId}">Try again`);
});

test("a session set beforehand is not the one that is signed in (session fixation)", async () => {
  const emulator = startEmulator({ seed: 13 });
  await emulator.connect();
  const browser = createBrowser();
  await signInAsParticipant(emulator, browser);
  const before = new Map(browser.cookies);
  await signInAsParticipant(emulator, browser);
  const changed = [...browser.cookies].filter(([name]) => name.includes("participant"));
  expect(changed.length).toBe(1);
  for (const [name, value] of changed) expect(before.get(name)).not.toBe(value);
});

test("a tampered, renamed or made-up session cookie signs nobody in", async () => {
  const emulator = startEmulator({ seed: 14 });
  await emulator.connect();
  const browser = createBrowser();
  await signInAsParticipant(emulator, browser);
  const [name = "", value = ""] = [...browser.cookies].find(([key]) => key.includes("participant")) ?? [];
  const flipped = value.slice(0, -2) + (value.at(-2) === "A" ? "B" : "A") + value.slice(-1);
  for (const [key, text] of [
    [name, flipped],
    [name.replace(/.$/, (last) => (last === "0" ? "1" : "0")), value],
    [name.replace("participant", "organizer"), value],
    [name, "e30"],
  ]) {
    const thief = createBrowser();
    thief.cookies.set(key ?? "", text ?? "");
    expect((await thief.get("/me")).status).toBe(401);
  }
});

test("an expired session is over, whatever the browser still holds", async () => {
  const emulator = startEmulator({ seed: 15 });
  await emulator.connect();
  const browser = createBrowser();
  await signInAsParticipant(emulator, browser);
  await testWorld().db.raw.prepare("UPDATE sessions SET expires_at = ?").bind(Date.now()).run();
  expect((await browser.get("/me")).status).toBe(401);
});

test.each(["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)"])(
  "no address given from outside is gone to: %s",
  async (target) => {
    const emulator = startEmulator({ seed: 16 });
    await emulator.connect();
    const browser = createBrowser();
    const extra = ["return_to", "redirect", "next", "redirect_uri"]
      .map((name) => `${name}=${encodeURIComponent(target)}`)
      .join("&");
    const query = await startAuthorization(browser, `/login?event_id=${emulator.eventId}&${extra}`);
    expect(query.get("redirect_uri")).toBe("https://integration.test/login/callback");
    const url = `http://revento.test/oauth/authorize?${query}`;
    const back = await emulator.authorize({ url, account: personWith(emulator).user_id });
    const { pathname, search } = new URL(back);
    const response = await browser.get(`${pathname}${search}&${extra}`);
    expect(response.headers.get("location")).toBe(`/me/events/${emulator.eventId}`);
  },
);

test("in the Revento app's frame the cookies are partitioned, elsewhere lax", async () => {
  const emulator = startEmulator({ seed: 17 });
  await emulator.connect();
  const path = `/login?event_id=${emulator.eventId}`;
  const framed = (await createBrowser("en", { "sec-fetch-dest": "iframe" }).get(path)).headers.get(
    "set-cookie",
  );
  expect(framed).toContain("SameSite=None");
  expect(framed).toContain("Partitioned");
  expect(framed).toContain("Secure");
  const plain = (await createBrowser().get(`${path}&webview=0`)).headers.get("set-cookie");
  expect(plain).toContain("SameSite=Lax");
});
