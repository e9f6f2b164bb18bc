import { expect, test } from "vitest";
import { attendancePath, recordCheckIn } from "../../src/attendance/index.ts";
import { endConnection } from "../../src/connections/index.ts";
import { createBrowser } from "../support/browser.ts";
import { seedEvent, testWorld } from "../support/event.ts";
import { signInOrganizer } from "../support/session.ts";

const world = testWorld();
const people = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${prefix}_${index}`,
    registeredAt: 1_700_000_000_000 + index * 3_600_000,
  }));

async function organizer(organizationId: string, language = "en") {
  const browser = createBrowser(language);
  await signInOrganizer(browser, organizationId);
  return browser;
}

test("all events of the organization, counted from the mirror beyond one page of Revento's", async () => {
  const organizationId = "org_counts";
  const event = await seedEvent(people(137, "a"), { organizationId, eventId: "evt_counts_1" });
  await seedEvent(people(3, "b"), { organizationId, eventId: "evt_counts_2" });
  await recordCheckIn(world, event, { participantId: "a_1", by: "door" });
  const text = await (await (await organizer(organizationId)).get(`/organizations/${organizationId}`)).text();
  expect(text).toContain("evt_counts_1");
  expect(text).toContain("evt_counts_2");
  expect(text).toMatch(/participants<\/dt><dd>137</);
  expect(text).toMatch(/participants<\/dt><dd>140</);
  expect(text).toMatch(/checked in<\/dt><dd>1</);
  expect(text).toContain('aria-label="Registrations over time');
});

test.each([
  [1, "uczestnik", "rejestracja"],
  [3, "uczestników", "rejestracje"],
  [12, "uczestników", "rejestracji"],
])(
  "Polish counts %i as people do, on the dashboard and on the attendance page",
  async (n, all, registered) => {
    const organizationId = `org_polish_${n}`;
    const event = await seedEvent(people(n, "x"), { organizationId, eventId: `evt_polish_${n}` });
    const browser = await organizer(organizationId, "pl");
    const dashboard = await (await browser.get(`/organizations/${organizationId}`)).text();
    expect(dashboard).toContain(`<dt>${all}</dt><dd>${n}</dd>`);
    expect(dashboard).toContain(`<dt>${registered}</dt><dd>${n}</dd>`);
    expect(await (await browser.get(attendancePath(event))).text()).toContain(
      `<dt>${registered}</dt><dd>${n}</dd>`,
    );
  },
);

test("an event is up to date as of a time of its own place, or of one whose zone is named", async () => {
  const organizationId = "org_zones";
  const [here, elsewhere] = [
    await seedEvent([], { organizationId, eventId: "evt_zone_known" }),
    await seedEvent([], { organizationId, eventId: "evt_zone_unknown" }),
  ];
  for (const { id } of [here, elsewhere]) {
    await world.db.raw
      .prepare(`INSERT INTO runs (connection_id, id, kind, state, generation, slot, started_at, moved_at, complete_at)
        VALUES (?, 'run', 'initial', 'complete', 1, 0, 1, 1, ?)`)
      .bind(id, Date.UTC(2026, 10, 28, 22, 32))
      .run();
  }
  await world.db.raw
    .prepare(`INSERT INTO resources (connection_id, kind, id, data, version_at, hash, updated_at)
      VALUES (?, 'event', 'evt_zone_known', '{"timezone":"Europe/Warsaw"}', 1, 'x', 1)`)
    .bind(here.id)
    .run();
  const text = await (await (await organizer(organizationId)).get(`/organizations/${organizationId}`)).text();
  expect(text).toContain("up to date as of 28 Nov, 23:32<");
  expect(text).toContain("up to date as of 28 Nov, 22:32 UTC<");
});

test("nothing of another organization is seen", async () => {
  await seedEvent(people(1, "secret"), { organizationId: "org_secret", eventId: "evt_secret" });
  await seedEvent([], { organizationId: "org_own", eventId: "evt_own" });
  const browser = await organizer("org_own");
  expect(await (await browser.get("/organizations/org_own")).text()).not.toContain("evt_secret");
  for (const path of ["", "/events/evt_secret/reconnect", "/events/evt_secret/connected"]) {
    const response = await browser.get(`/organizations/org_secret${path}`);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain("secret_0");
  }
});

test("a session ends after twelve hours, and when the organizer signs out", async () => {
  await seedEvent([], { organizationId: "org_session", eventId: "evt_session" });
  const browser = await organizer("org_session");
  const left = await browser.post("/logout", { organization_id: "org_session" });
  expect(left.status).toBe(303);
  expect((await browser.get("/organizations/org_session")).status).toBe(401);
  const late = await organizer("org_session");
  await world.db.raw.prepare("UPDATE sessions SET expires_at = ?").bind(Date.now()).run();
  expect((await late.get("/organizations/org_session")).status).toBe(401);
});

test.each([
  ["lost_rotation", "Our access was lost on the way"],
  ["grant_expired", "age limit"],
  ["organizer_revoked", "by your organization"],
  ["event_archived", "was archived"],
] as const)("a connection that ended by %s says so, and offers to connect again", async (reason, words) => {
  const organizationId = `org_${reason}`;
  const event = await seedEvent(people(1, "x"), { organizationId, eventId: `evt_${reason}` });
  await world.db.raw
    .prepare("UPDATE connections SET event_name = 'Summit' WHERE id = ?")
    .bind(event.id)
    .run();
  await endConnection(world, { ...event, reason, at: Date.now() });
  const browser = await organizer(organizationId);
  const dashboard = await (await browser.get(`/organizations/${organizationId}`)).text();
  expect(dashboard).toContain(words);
  expect(dashboard).toContain(">Summit</bdi>");
  expect(dashboard).toContain("Connect again");
  const page = await (
    await browser.get(`/organizations/${organizationId}/events/evt_${reason}/reconnect`)
  ).text();
  expect(page).toContain(words);
  expect(page).toContain(`href="/connect?event_id=evt_${reason}"`);
});

test.each([
  ["en", "asked us to delete its data", "its name included"],
  ["pl", "poprosiło o usunięcie danych", "także jego nazwa"],
])("an event that was erased says why, and that its name is gone too (%s)", async (language, why, gone) => {
  const organizationId = `org_erased_${language}`;
  const event = await seedEvent([], { organizationId, eventId: `evt_erased_${language}` });
  await endConnection(world, { ...event, reason: "deletion_required", at: Date.now() });
  await world.db.raw.prepare("UPDATE connections SET erased_at = 1 WHERE id = ?").bind(event.id).run();
  const browser = await organizer(organizationId, language);
  const text = await (await browser.get(`/organizations/${organizationId}`)).text();
  expect(text).toContain(`>evt_erased_${language}</bdi>`);
  expect(text).toContain(why);
  expect(text).toContain(gone);
});

test("a permission that is new to the manifest asks for consent again; the rest works on", async () => {
  const organizationId = "org_reconsent";
  await seedEvent(people(2, "x"), { organizationId, eventId: "evt_reconsent" });
  await world.db.raw
    .prepare(`UPDATE connections SET granted_scopes = '["event.read","participants.read"]',
      asked_scopes = '["event.read","participants.read"]' WHERE event_id = 'evt_reconsent'`)
    .run();
  const browser = await organizer(organizationId, "pl");
  expect(await (await browser.get(`/organizations/${organizationId}`)).text()).toContain(
    "Udziel uprawnienia",
  );
  const page = await (
    await browser.get(`/organizations/${organizationId}/events/evt_reconsent/reconnect`)
  ).text();
  expect(page).toContain("Potrzebne jest nowe uprawnienie");
  expect(page).toContain("Program");
  expect(page).not.toContain("Uczestnicy i ich zgłoszenia");
});

test.each([
  ["en", 29, "ends on"],
  ["pl", 29, "wygasa"],
  ["en", 31, null],
] as const)("the end of the year is said 30 days ahead (%s, %i days)", async (language, days, words) => {
  const organizationId = `org_year_${language}_${days}`;
  await seedEvent(people(1, "x"), { organizationId, eventId: `evt_year_${language}_${days}` });
  await world.db.raw
    .prepare("UPDATE connections SET grant_ends_at = ? WHERE organization_id = ?")
    .bind(Date.now() + days * 86_400_000, organizationId)
    .run();
  const browser = await organizer(organizationId, language);
  const text = await (await browser.get(`/organizations/${organizationId}`)).text();
  if (words === null) expect(text).not.toMatch(/ends on|\/reconnect/);
  else expect(text).toMatch(new RegExp(`${words} [\\s\\S]*/reconnect`));
});

test("a suspension is a banner with a contact, in both languages", async () => {
  await seedEvent([], { organizationId: "org_suspended", eventId: "evt_suspended" });
  await world.db.raw
    .prepare("INSERT INTO platform_state (key, at) VALUES ('suspended_at', ?)")
    .bind(Date.now())
    .run();
  try {
    for (const [language, words] of [
      ["en", "is suspended by Revento"],
      ["pl", "zawieszona przez Revento"],
    ] as const) {
      const text = await (
        await (await organizer("org_suspended", language)).get("/organizations/org_suspended")
      ).text();
      expect(text).toContain(words);
      expect(text).toContain("mailto:support@example.com");
    }
  } finally {
    await world.db.raw.prepare("DELETE FROM platform_state").run();
  }
});

test("a suspension that is only suspected is a banner with a contact on every organizer's page, until it is over", async () => {
  const organizationId = "org_suspected";
  await seedEvent([], { organizationId, eventId: "evt_suspected" });
  const pages = ["", "/events/evt_suspected/reconnect", "/events/evt_suspected/attendance"];
  const raise = world.db.raw.prepare(
    "INSERT INTO signals (name, subject, raised_at, text) VALUES ('suspension_suspected', '', 1, 'x')",
  );
  await raise.run();
  try {
    for (const [language, words] of [
      ["en", "has probably suspended"],
      ["pl", "prawdopodobnie zawiesiło"],
    ] as const) {
      const browser = await organizer(organizationId, language);
      for (const page of pages) {
        const text = await (await browser.get(`/organizations/${organizationId}${page}`)).text();
        expect(text, page).toContain(words);
        expect(text, page).toContain("mailto:support@example.com");
      }
    }
    await world.db.raw.prepare("UPDATE signals SET resolved_at = 2").run();
    const browser = await organizer(organizationId);
    for (const page of pages) {
      const text = await (await browser.get(`/organizations/${organizationId}${page}`)).text();
      expect(text, page).not.toContain("has probably suspended");
    }
  } finally {
    await world.db.raw.prepare("DELETE FROM signals").run();
  }
});

test("200 events with 100,000 people are fast", async () => {
  const organizationId = "org_large";
  for (let index = 0; index < 200; index += 1) {
    await seedEvent(people(500, `p${index}`), { organizationId, eventId: `evt_large_${index}` });
  }
  const browser = await organizer(organizationId);
  await browser.get(`/organizations/${organizationId}`);
  const start = performance.now();
  const response = await browser.get(`/organizations/${organizationId}`);
  const text = await response.text();
  const ms = performance.now() - start;
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = (await new Response(packed).arrayBuffer()).byteLength;
  console.log(`dashboard of 200 events: ${Math.round(ms)} ms, ${text.length} B, ${bytes} B packed`);
  expect(text).toContain("evt_large_199");
  expect(ms).toBeLessThan(1500);
  expect(bytes).toBeLessThan(60_000);
}, 120_000);
