import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import "../../docs/recipes/attending-now.ts";
import "../../docs/recipes/broken-connection.ts";
import "../../docs/recipes/keep-in-sync.ts";
import "../../docs/recipes/multi-event.ts";
import "../../docs/recipes/org-dashboard.ts";
import "../../docs/recipes/personalized.ts";
import reactFast from "../../docs/recipes/react-fast.json";
import "../../docs/recipes/sheet.ts";
import { notesFor } from "../../src/alerts/index.ts";
import { endConnection, openConnection } from "../../src/connections/index.ts";
import { drain } from "../../src/handling/drain.ts";
import type { Happening } from "../../src/outbox/index.ts";
import { alertWorld, application } from "../support/alerting.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant } from "../support/grants.ts";
import { commit, connectEvent, happeningOf, testWorld, waitingRows } from "../support/handling.ts";

const NAMES = ["STORE", "SHEET", "BOARD", "BADGE", "CRM", "DASHBOARD", "TICKETS"];
const settings = new Map([
  ...NAMES.map((name) => [`${name}_URL`, `https://${name.toLowerCase()}.example`] as const),
  ["SHEET_TOKEN", "test-sheet-token"],
]);

/** A world whose outgoing calls reach a service that says yes, or what a test has it say. */
function recipeWorld(answer: (request: Request) => Response = () => Response.json({})) {
  const base = testWorld();
  const calls: { call: string; body: unknown }[] = [];
  const queue = { send: async () => {}, sendBatch: async () => {} } as unknown as Queue;
  const world = {
    ...base,
    config: { ...base.config, handlerSettings: settings },
    env: { ...base.env, HANDLERS: queue, SYNC: queue },
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input as RequestInfo, init as RequestInit<RequestInitCfProperties>);
      const text = await request.clone().text();
      calls.push({ call: `${request.method} ${request.url}`, body: text === "" ? null : JSON.parse(text) });
      return answer(request);
    },
  };
  return { ...world, calls };
}
type Recipe = ReturnType<typeof recipeWorld>;
type Connected = Awaited<ReturnType<typeof connectEvent>>;

async function run(
  world: Recipe,
  connection: Connected,
  handler: string,
  ...happenings: Happening[]
): Promise<void> {
  await commit(world, connection, ...happenings);
  await drain(world, { kind: "drain", connectionId: connection.connectionId, handler }, 1);
}

const approved = (connection: Connected, id: string) =>
  happeningOf(connection, "application.approved", {
    id: `app_${id}`,
    participant_id: id,
    status: "approved",
    approved_at: "2026-11-21T12:00:00Z",
  });

test("keep in sync: rows follow applications, cancellations and the erasure", async () => {
  const world = recipeWorld();
  const connection = await connectEvent(world);
  await run(world, connection, "keep-in-sync", approved(connection, "ptp_1"), approved(connection, "ptp_2"));
  await run(
    world,
    connection,
    "keep-in-sync-cancelled",
    happeningOf(connection, "participant.cancelled", { id: "ptp_1" }),
  );
  await endConnection(world, { ...connection, reason: "organizer_revoked", at: 1, isDeletionRequired: true });
  await run(world, connection, "keep-in-sync-erasing");
  expect(world.calls.map(({ call }) => call)).toEqual([
    "PUT https://store.example/ptp_1",
    "PUT https://store.example/ptp_2",
    "DELETE https://store.example/ptp_1",
    "DELETE https://store.example/ptp_2",
  ]);
});

const keptIds = async (world: Recipe, { connectionId }: Connected): Promise<string[]> =>
  (
    await world.db.raw
      .prepare("SELECT substr(key, 11) AS id FROM handler_storage WHERE connection_id = ? ORDER BY key")
      .bind(connectionId)
      .all<{ id: string }>()
  ).results.map(({ id }) => id);

test("keep in sync: an erasure takes everybody, and what the store refuses is tried again", async () => {
  let isLocked = true;
  const world = recipeWorld(({ url }) => {
    if (url.endsWith("/ptp_0007")) return new Response(null, { status: 404 });
    return new Response(null, { status: url.endsWith("/ptp_0005") && isLocked ? 500 : 204 });
  });
  const connection = await connectEvent(world);
  await world.db.raw
    .prepare(
      `WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 1100)
       INSERT INTO handler_storage SELECT ?, 'kept/kept/' || printf('ptp_%04d', v), 'true', 0 FROM n`,
    )
    .bind(connection.connectionId)
    .run();
  await endConnection(world, { ...connection, reason: "organizer_revoked", at: 1, isDeletionRequired: true });
  await run(world, connection, "keep-in-sync-erasing");
  expect(new Set(world.calls.map(({ call }) => call)).size).toBe(1100);
  expect(await keptIds(world, connection)).toEqual(["ptp_0005"]);

  isLocked = false;
  world.clock.now += 10_000;
  await run(world, connection, "keep-in-sync-erasing");
  expect(world.calls.slice(1100).map(({ call }) => call)).toEqual(["DELETE https://store.example/ptp_0005"]);
  const waiting = await waitingRows(world, connection.connectionId);
  expect(waiting.filter(({ target }) => target === "keep-in-sync-erasing")).toEqual([]);
});

test("keep in sync: a row that was put as the connection ended is erased, and none is put after its end", async () => {
  const world = recipeWorld();
  const connection = await connectEvent(world);
  const ending = { ...connection, reason: "organizer_revoked", at: 1, isDeletionRequired: true } as const;
  const fetch = world.fetch;
  world.fetch = async (...args) => {
    world.fetch = fetch;
    const answer = await fetch(...args);
    await endConnection(world, ending);
    throw new Error(`killed after ${answer.status}`);
  };
  await run(world, connection, "keep-in-sync", approved(connection, "ptp_1"), approved(connection, "ptp_1"));
  await run(world, connection, "keep-in-sync-erasing");
  expect(world.calls.map(({ call }) => call)).toEqual([
    "PUT https://store.example/ptp_1",
    "DELETE https://store.example/ptp_1",
  ]);
});

test("sheet: an approved applicant is one row, also when the sheet is busy at first and the event comes twice", async () => {
  let tries = 0;
  const world = recipeWorld(() =>
    ++tries === 1 ? new Response(null, { status: 429, headers: { "retry-after": "7" } }) : Response.json({}),
  );
  const connection = await connectEvent(world);
  const event = approved(connection, "ptp_1");
  await run(world, connection, "sheet", event);
  world.clock.now += 7_000;
  await run(world, connection, "sheet", { ...event, id: "again" });
  expect(world.calls).toHaveLength(2);
  expect(world.calls[1]).toEqual({
    call: "POST https://sheet.example/values:append",
    body: { values: [["ptp_1", "", "2026-11-21T12:00:00Z"]] },
  });
});

test("sheet: a busy sheet may say until when it is, as a date", async () => {
  const headers = { "retry-after": "Sat, 21 Nov 2026 12:05:00 GMT", date: "Sat, 21 Nov 2026 12:00:00 GMT" };
  const world = recipeWorld(() => new Response(null, { status: 429, headers }));
  const connection = await connectEvent(world);
  await run(world, connection, "sheet", approved(connection, "ptp_1"));
  const rows = await waitingRows(world, connection.connectionId);
  expect(rows.find(({ target }) => target === "sheet")?.next_at).toBe(world.clock.now + 300_000);
});

test("attending now: the board shows how many are expected", async () => {
  const world = recipeWorld();
  const connection = await connectEvent(world);
  const registered = (id: string) => happeningOf(connection, "participant.registered", { id });
  await run(world, connection, "attending-now", registered("ptp_1"), registered("ptp_1"));
  await run(world, connection, "attending-now", registered("ptp_2"));
  await run(
    world,
    connection,
    "attending-now-cancelled",
    happeningOf(connection, "participant.cancelled", { id: "ptp_1" }),
  );
  await run(world, connection, "attending-now", registered("ptp_3"));
  expect(world.calls.map(({ body }) => body)).toMatchObject([
    { expected: 1 },
    { expected: 1 },
    { expected: 2 },
    { expected: 2 },
  ]);
});

test("personalized: people who sign in together cost one call for the program", async () => {
  const emulator = startEmulator();
  const connection = await connectGrant(emulator);
  const world = { ...recipeWorld(), now: () => Date.now() };
  const signedIn = (user_id: string) => happeningOf(connection, "signed-in", { user_id }, Date.now());
  await run(world, connection, "personalized", signedIn("usr_1"), signedIn("usr_2"), signedIn("usr_1"));
  expect(world.calls.map(({ call }) => call)).toEqual(Array(2).fill("POST https://badge.example/"));
  expect(emulator.requests.filter((request) => request.endsWith("/program"))).toHaveLength(1);
});

test("consent declined: the page explains and offers to try again; nothing happens by itself", async () => {
  const started = await exports.default.fetch("https://integration.test/connect?event_id=evt_1", {
    redirect: "manual",
  });
  const cookie = started.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const state = new URL(started.headers.get("location") ?? "").searchParams.get("state");
  const declined = await exports.default.fetch(
    `https://integration.test/connect/callback?error=access_denied&state=${state}`,
    { headers: { cookie }, redirect: "manual" },
  );
  const page = await declined.text();
  expect(declined.headers.get("location")).toBeNull();
  expect(page).toContain("Try again");
  expect(page).toContain("/connect?event_id=evt_1");
});

test("multi-event: a person is told to the CRM once for each event", async () => {
  const world = recipeWorld();
  for (const connection of [await connectEvent(world), await connectEvent(world)]) {
    await run(world, connection, "multi-event", happeningOf(connection, "signed-in", { user_id: "usr_1" }));
    expect(world.calls.at(-1)?.call).toBe(
      `PUT https://crm.example/people/usr_1/events/${connection.eventId}`,
    );
  }
});

test("react fast: flagged pages, approved resolves, and operations signals use the same channel", () => {
  const world = alertWorld(reactFast);
  const flagged = notesFor(
    world.config,
    application("application.revision_requested", { participant_id: "ptp_9" }),
  );
  const resolved = notesFor(world.config, application("application.approved", { participant_id: "ptp_9" }));
  expect(flagged).toMatchObject([
    { rule: "flagged", action: "trigger", text: expect.stringContaining("ptp_9") },
  ]);
  expect(resolved).toMatchObject([{ action: "resolve", dedupKey: flagged[0]?.dedupKey }]);
  expect(notesFor(world.config, application("application.submitted"))).toEqual([]);
});

test("org dashboard: a busy event is told once in ten minutes", async () => {
  const emulator = startEmulator();
  const connection = await connectGrant(emulator);
  const world = recipeWorld();
  const at = (minutes: number, id: string) =>
    happeningOf(connection, "participant.registered", { id }, Date.UTC(2026, 10, 21, 12, minutes));
  await run(world, connection, "org-dashboard", at(1, "ptp_1"));
  await run(world, connection, "org-dashboard", at(2, "ptp_2"));
  await run(world, connection, "org-dashboard", at(12, "ptp_3"));
  const call = `PUT https://dashboard.example/${connection.organizationId}/${connection.eventId}`;
  expect(world.calls.map((made) => made.call)).toEqual([call, call]);
});

test("broken connection: a ticket opens with the end and closes with the return", async () => {
  const world = recipeWorld();
  const connection = await connectEvent(world);
  await endConnection(world, { ...connection, reason: "invalid_grant", at: 1 });
  await run(world, connection, "broken-connection-ended");
  const { eventId, organizationId } = connection;
  await openConnection(world, {
    eventId,
    organizationId,
    connectedAt: world.now() + 5000,
    grantedScopes: [],
    askedScopes: [],
  });
  await run(world, connection, "broken-connection-reconnected");
  expect(world.calls.map(({ body }) => body)).toEqual([
    { state: "open", reason: "invalid_grant" },
    { state: "closed", reason: null },
  ]);
});
