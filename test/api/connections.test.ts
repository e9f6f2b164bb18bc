import { expect, test } from "vitest";
import { openConnection } from "../../src/connections/index.ts";
import { api } from "../support/api.ts";
import { testWorld } from "../support/world.ts";

const world = testWorld();

async function connect(eventId: string, organizationId = "org_api") {
  return openConnection(world, {
    eventId,
    organizationId,
    connectedAt: Date.now(),
    grantedScopes: ["event.read"],
    askedScopes: ["event.read", "participants.read"],
  });
}

test("a connection has the fixed shape, with what it lacks of the manifest", async () => {
  await connect("evt_shape");
  const { status, body } = await api("GET", "/connections/evt_shape/org_api");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    event_id: "evt_shape",
    organization_id: "org_api",
    status: "active",
    reason: null,
    generation: 1,
    granted_scopes: ["event.read"],
    missing_scopes: ["participants.read", "program.read"],
    declined_scopes: [],
    grant: { key_id: null },
    health: { state: "unknown", checked_at: null, since: null, detail: null },
    sync: { state: "idle", kind: null, pages: 0, rows: 0, started_at: null, finished_at: null },
    counts: { participants: 0, registered: 0, cancelled: 0, checked_in: 0 },
  });
});

test("lists page by cursor to the end, each row once", async () => {
  for (const n of [1, 2, 3, 4, 5]) await connect(`evt_page_${n}`, "org_page");
  const seen: string[] = [];
  let cursor = "";
  for (let page = 0; page < 10; page++) {
    const { body } = await api("GET", `/connections?organization_id=org_page&limit=2${cursor}`);
    const list = body as { data: { event_id: string }[]; next_cursor: string | null; has_more: boolean };
    seen.push(...list.data.map(({ event_id }) => event_id));
    expect(list.has_more).toBe(list.next_cursor !== null);
    if (list.next_cursor === null) break;
    cursor = `&cursor=${list.next_cursor}`;
  }
  expect(seen).toEqual([1, 2, 3, 4, 5].map((n) => `evt_page_${n}`));
});

test.each([
  ["limit=0"],
  ["limit=101"],
  ["limit=2.5"],
  ["limit=many"],
  ["limit="],
  ["cursor=nonsense"],
  ["cursor=%20"],
  ["cursor=WzFd"],
  ["status=broken"],
])("%s is refused with 400", async (query) => {
  const { status, body } = await api("GET", `/connections?${query}`);
  expect(status).toBe(400);
  expect(body).toEqual({ error: "bad_request", message: expect.any(String), request_id: expect.any(String) });
});

const unknown = "/connections/evt_nobody/org_nobody";
test.each([
  ["GET", unknown],
  ["GET", `${unknown}/participants`],
  ["GET", `${unknown}/participants/ptp_1`],
  ["GET", `${unknown}/activities`],
  ["GET", `${unknown}/threads`],
  ["GET", `${unknown}/locations`],
  ["GET", `${unknown}/registration-waves`],
  ["GET", `${unknown}/event`],
  ["GET", `${unknown}/timeline`],
  ["GET", `${unknown}/attendance`],
  ["POST", `${unknown}/sync`],
  ["POST", `${unknown}/reconcile`],
  ["POST", `${unknown}/reconcile/confirm`],
  ["POST", `${unknown}/probe`],
  ["POST", `${unknown}/erase`],
  ["POST", `${unknown}/check-ins`],
  ["DELETE", `${unknown}/check-ins/ptp_1`],
  ["GET", "/nothing"],
])("%s %s answers 404 in the API's form", async (method, path) => {
  const { status, body } = await api(method, path, method === "POST" ? {} : undefined);
  expect(status).toBe(404);
  expect(body).toEqual({ error: "not_found", message: expect.any(String), request_id: expect.any(String) });
});

test("participants are listed, filtered and searched without case and marks", async () => {
  const { connectionId } = await connect("evt_people");
  const people = [
    ["ptp_1", "Łukasz Żółć", "lukasz@example.com", "approved", "present"],
    ["ptp_2", "Ada Nowak", "ada@example.com", "pending", "present"],
    ["ptp_3", "Ola Nowak", "ola@example.com", "approved", "cancelled"],
  ];
  await world.db.raw.batch(
    people.map((person) =>
      world.db.raw
        .prepare(
          `INSERT INTO participants (connection_id, id, display_name, email, application_status, state, updated_at)
           VALUES (?, ?, ?, ?, ?, ?, 1000)`,
        )
        .bind(connectionId, ...person),
    ),
  );
  const ids = async (query: string) => {
    const { body } = await api("GET", `/connections/evt_people/org_api/participants?${query}`);
    return (body as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  expect(await ids("")).toEqual(["ptp_1", "ptp_2", "ptp_3"]);
  expect(await ids("q=ZOLC")).toEqual(["ptp_1"]);
  expect(await ids("q=ada%40example")).toEqual(["ptp_2"]);
  expect(await ids("application_status=approved&state=present")).toEqual(["ptp_1"]);
  const one = await api("GET", "/connections/evt_people/org_api/participants/ptp_2");
  expect(one.body).toMatchObject({ id: "ptp_2", application_status: "pending", custom_form_fields: {} });
});

test("actions are accepted for an active connection and can be traced", async () => {
  await connect("evt_act");
  const { status, body } = await api("POST", "/connections/evt_act/org_api/sync");
  expect(status).toBe(202);
  const { job_id } = body as { job_id: string };
  const trace = await api("GET", `/trace/${job_id}`);
  const job = expect.objectContaining({ kind: "job", id: job_id });
  expect(trace.body).toMatchObject({ id: job_id, entries: expect.arrayContaining([job]) });
  const timeline = await api("GET", "/connections/evt_act/org_api/timeline?limit=1");
  expect(timeline.body).toMatchObject({ has_more: true, data: [{ kind: expect.any(String) }] });
});

test("an arrival is recorded once, taken back once", async () => {
  const { connectionId } = await connect("evt_door");
  await world.db.raw
    .prepare("INSERT INTO participants (connection_id, id, updated_at) VALUES (?, 'ptp_9', 1)")
    .bind(connectionId)
    .run();
  const path = "/connections/evt_door/org_api";
  expect((await api("POST", `${path}/check-ins`, { participant_id: "ptp_9" })).status).toBe(201);
  expect((await api("POST", `${path}/check-ins`, { participant_id: "ptp_9" })).status).toBe(200);
  expect((await api("POST", `${path}/check-ins`, { participant_id: "ptp_0" })).status).toBe(404);
  expect((await api("POST", `${path}/check-ins`, { who: 1 })).status).toBe(400);
  expect((await api("GET", `${path}/attendance`)).body).toMatchObject({ checked_in: 1, cancelled: 0 });
  expect((await api("DELETE", `${path}/check-ins/ptp_9`)).status).toBe(200);
  expect((await api("GET", `${path}/attendance`)).body).toMatchObject({ checked_in: 0 });
});

test("metrics, seals, erasures, deliveries answer while there is nothing", async () => {
  expect((await api("GET", "/metrics")).body).toMatchObject({ webhooks: {}, refreshes: {}, alerts: {} });
  expect((await api("GET", "/metrics?format=prometheus")).headers.get("content-type")).toContain(
    "text/plain",
  );
  expect((await api("GET", "/seals")).body).toMatchObject({ data: expect.any(Array) });
  expect((await api("GET", "/erasures")).body).toMatchObject({ data: expect.any(Array) });
  expect((await api("GET", "/deliveries")).body).toEqual({ data: [], next_cursor: null, has_more: false });
  expect((await api("GET", "/deliveries?status=stale")).body).toMatchObject({ data: [] });
  expect((await api("GET", "/participants/ptp_none/trace")).body).toEqual({ id: "ptp_none", entries: [] });
});

test("erase is accepted, shows in the ledger, and the status is ended", async () => {
  await connect("evt_gone");
  expect((await api("POST", "/connections/evt_gone/org_api/erase")).status).toBe(202);
  expect((await api("GET", "/connections/evt_gone/org_api")).body).toMatchObject({
    status: "ended",
    reason: "deletion_required",
  });
  const { body } = await api("GET", "/erasures?limit=100");
  const entries = (body as { data: { event_id: string }[] }).data;
  expect(entries.filter(({ event_id }) => event_id === "evt_gone")).toHaveLength(1);
  expect((await api("POST", "/connections/evt_gone/org_api/sync")).status).toBe(409);
});
