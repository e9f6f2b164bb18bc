import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { appendAudit, endConnection, findConnection, openConnection } from "../../src/connections/index.ts";
import { closeJob, openJob } from "../../src/records/index.ts";
import { api } from "../support/api.ts";
import { createBrowser } from "../support/browser.ts";
import { testSettings } from "../support/settings.ts";
import { consumeNow, envelope, messageOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.now() - 600_000;
let clock = START;
const world = testWorld({ env: withoutDelivery(), now: () => clock });
const key = { eventId: "evt_traced", organizationId: "org_traced" };

interface Trace {
  readonly body: { readonly entries: readonly { at: string; kind: string; summary: string }[] };
}
const trace = async (id: string) => (await api("GET", `/trace/${encodeURIComponent(id)}`)) as Trace;

/** A life of everything: connected, a job, a webhook, a call, an ending; each a second after the other. */
async function live(): Promise<string> {
  const scopes = ["event.read", "participants.read"];
  await openConnection(world, { ...key, connectedAt: START, grantedScopes: scopes, askedScopes: scopes });
  const connectionId = (await findConnection(world, key))?.id ?? "";
  clock += 1000;
  const job = await openJob(world, connectionId, "sync.initial");
  clock += 1000;
  await closeJob(world, job, "complete");
  const occurred_at = new Date(clock).toISOString();
  const told = { type: "application.submitted", occurred_at, event_id: key.eventId };
  const data = { id: "app_traced", participant_id: "ptp_traced", user_id: "usr_traced", status: "pending" };
  await consumeNow(
    [messageOf(envelope({ ...told, organization_id: key.organizationId, data }), "dlv_traced")],
    world,
  );
  clock += 1000;
  await env.DB.prepare(
    `INSERT INTO calls (connection_id, at, request_id, method, path, status, duration_ms, attempt)
     VALUES (?, ?, 'req_traced', 'GET', '/api/v1/events/evt_traced', 200, 12, 1)`,
  )
    .bind(connectionId, clock)
    .run();
  clock += 1000;
  await endConnection(world, { ...key, reason: "organizer_revoked", at: clock, by: "revento" });
  return connectionId;
}

test("a connection's trace tells everything that happened, in order, by each of its names", async () => {
  const connectionId = await live();
  const { body } = await trace(connectionId);
  expect(body.entries.map(({ kind }) => kind)).toEqual(["job", "delivery", "call", "audit"]);
  expect(body.entries.map(({ at }) => at)).toEqual(body.entries.map(({ at }) => at).toSorted());
  for (const name of [key.eventId, `${key.eventId}/${key.organizationId}`]) {
    expect((await trace(name)).body.entries, name).toEqual(body.entries);
  }
  expect((await trace(`${key.eventId}/org_other`)).body.entries).toEqual([]);
  expect((await trace("req_traced")).body.entries.map(({ kind }) => kind)).toEqual(["call"]);
  const delivered = (await trace("dlv_traced")).body.entries.map(({ kind }) => kind);
  // Beside it what still waits for a handler.
  expect(delivered.toSorted()).toEqual(["delivery", "job"]);
});

test("the operator's page shows the same, in order, and each entry once", async () => {
  const browser = createBrowser("en", { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` });
  await appendAudit(world, {
    connectionId: null,
    actor: "door",
    action: "attendance.check_in",
    subject: "ptp_traced",
  });
  const rows = async (id: string) => {
    const text = await (await browser.get(`/ops/trace?id=${encodeURIComponent(id)}`)).text();
    return [...text.matchAll(/<tr><td[^>]*><time datetime="([^"]+)".*?<\/tr>/gs)];
  };
  const shown = await rows(key.eventId);
  expect(shown).toHaveLength(4);
  const times = shown.map(([, at]) => at);
  expect(times).toEqual(times.toSorted());
  const person = await rows("ptp_traced");
  expect(person.filter(([row]) => row.includes("attendance.check_in"))).toHaveLength(1);
  expect(person.length).toBeGreaterThan(1);
});
