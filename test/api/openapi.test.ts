import { expect, test } from "vitest";
import { version } from "../../package.json";
import served from "../../public/api/openapi.json";
import { describeApi } from "../../src/api/describe.ts";
import * as schemas from "../../src/api/schemas.ts";
import { createApp } from "../../src/app.ts";
import { openConnection } from "../../src/connections/index.ts";
import { api } from "../support/api.ts";
import { testWorld } from "../support/world.ts";

test("the served document is the one that the schemas give: npm run openapi", () => {
  expect(served).toEqual(JSON.parse(JSON.stringify(describeApi(version))));
});

test("every route of the API is described, and nothing else", () => {
  const routes = createApp()
    .routes.filter(({ path, method }) => path.startsWith("/api/") && method !== "ALL")
    .map(({ path, method }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}").replace(/\/$/, "")}`);
  const described = Object.entries(served.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...new Set(routes)].sort()).toEqual(described.sort());
});

/** An event with one person in its mirror. */
async function connectWith(eventId: string, organizationId: string, participantId: string): Promise<void> {
  const world = testWorld();
  const scopes = ["event.read"];
  const life = { connectedAt: Date.now(), grantedScopes: scopes, askedScopes: scopes };
  const { connectionId } = await openConnection(world, { eventId, organizationId, ...life });
  await world.db.raw
    .prepare("INSERT INTO participants (connection_id, id, updated_at) VALUES (?, ?, 1)")
    .bind(connectionId, participantId)
    .run();
}

test("real answers fit their schemas", async () => {
  await connectWith("evt_doc", "org_doc", "ptp_1");
  const path = "/connections/evt_doc/org_doc";
  await api("POST", `${path}/reconcile`);
  const expected = [
    ["/connections", schemas.listOf(schemas.connection)],
    [path, schemas.connection],
    [`${path}/participants`, schemas.listOf(schemas.participant)],
    [`${path}/participants/ptp_1`, schemas.participant],
    [`${path}/timeline`, schemas.listOf(schemas.timelineEntry)],
    [`${path}/attendance`, schemas.attendance],
    ["/participants/ptp_1/trace", schemas.trace],
    ["/deliveries", schemas.listOf(schemas.delivery)],
    ["/dead-letters", schemas.listOf(schemas.deadLetter)],
    ["/erasures", schemas.listOf(schemas.erasure)],
    ["/seals", schemas.listOf(schemas.seal)],
    ["/metrics", schemas.metrics],
  ] as const;
  for (const [asked, schema] of expected) {
    const { body } = await api("GET", asked);
    expect(schema.safeParse(body).error?.issues ?? [], asked).toEqual([]);
  }
});

test("an arrival is described with both of its answers: recorded, and recorded before", async () => {
  await connectWith("evt_in", "org_in", "ptp_in");
  const { responses } = served.paths["/api/connections/{event_id}/{organization_id}/check-ins"].post;
  const arrive = () => api("POST", "/connections/evt_in/org_in/check-ins", { participant_id: "ptp_in" });
  for (const status of [201, 200]) {
    const answer = await arrive();
    expect(answer.status).toBe(status);
    expect(Object.keys(responses)).toContain(String(status));
    expect(schemas.checkIn.safeParse(answer.body).error?.issues ?? []).toEqual([]);
  }
});

test("every call is described with what it answers when a setting is missing", () => {
  for (const [path, methods] of Object.entries(served.paths))
    for (const [method, { responses }] of Object.entries(methods))
      expect(Object.keys(responses), `${method} ${path}`).toContain("503");
});
