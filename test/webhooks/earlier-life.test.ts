import { expect, test } from "vitest";
import { notesFor } from "../../src/alerts/index.ts";
import { type Connection, endConnection, openConnection } from "../../src/connections/index.ts";
import { on } from "../../src/handling/index.ts";
import { deliver, rulesOf } from "../support/alerting.ts";
import type { TestWorld } from "../support/handling.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

on("application.*", () => {}, { name: "watch-applications" });
on("user.revoked_access", () => {}, { name: "watch-withdrawals" });
on("data.deletion_required", () => {}, { name: "watch-deletions" });

const START = Date.UTC(2026, 10, 20);
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

const RULES = rulesOf([
  {
    id: "approved",
    on: "application.approved",
    text: "{{data.email}}",
    personal_data: true,
    channels: [{ kind: "slack", name: "earlier-life", url: "https://hooks.example.com/earlier" }],
  },
]);
const base = testWorld({ env: withoutDelivery() });
const world = { ...base, config: { ...base.config, alertRules: RULES } };

const scopes = { grantedScopes: ["participants.read"], askedScopes: ["participants.read"] };

/** A connection that began at 0 s, ended at 10 s, and was made again at 60 s. */
async function madeAgain(isDeletionRequired: boolean): Promise<{ key: Connection; id: string }> {
  const key = await openPlain(world, START);
  const { eventId, organizationId } = key;
  const ending = { reason: "organizer_revoked", at: START + 10_000, isDeletionRequired } as const;
  await endConnection(world, { eventId, organizationId, ...ending });
  const opening = { eventId, organizationId, connectedAt: START + 60_000, ...scopes };
  const { connectionId } = await openConnection(world, opening);
  return { key, id: connectionId };
}

const approval = ({ eventId, organizationId }: Connection, seconds: number) => ({
  type: "application.approved",
  occurred_at: at(seconds),
  event_id: eventId,
  organization_id: organizationId,
  data: { id: "app_1", participant_id: "ptp_1", user_id: "usr_1", status: "approved", email: "a@b.example" },
});

/** What came of a connection's webhooks: outcomes, handlers that wait, alerts, people. */
const tracesOf = async (id: string) => ({
  outcomes: (
    await rowsOf<{ outcome: string }>("SELECT outcome FROM deliveries WHERE connection_id = ?", id)
  ).map(({ outcome }) => outcome),
  handlers: (
    await rowsOf<{ target: string }>(
      "SELECT target FROM outbox WHERE connection_id = ? AND target LIKE 'watch-%'",
      id,
    )
  ).map(({ target }) => target),
  alerts: (await rowsOf("SELECT 1 FROM alerts WHERE connection_id = ?", id)).length,
  people: (await rowsOf("SELECT 1 FROM participants WHERE connection_id = ?", id)).length,
});

const NOTHING = { outcomes: ["ignored"], handlers: [], alerts: 0, people: 0 };
const EVERYTHING = { outcomes: ["applied"], handlers: ["watch-applications"], alerts: 1, people: 1 };

test.each([
  ["erased", true],
  ["not erased", false],
])("a webhook of an earlier life, %s, does nothing to the new one", async (_, isDeletionRequired) => {
  const { key, id } = await madeAgain(isDeletionRequired);
  await consumeNow([messageOf(approval(key, 1))], world);
  expect(await tracesOf(id)).toEqual(NOTHING);
});

test("neither does one of a type that is not known", async () => {
  const { key, id } = await madeAgain(true);
  await consumeNow([messageOf({ ...approval(key, 1), type: "application.withdrawn" })], world);
  expect(await tracesOf(id)).toEqual(NOTHING);
});

test("what happened in the new life is told, from its first moment on", async () => {
  const { key, id } = await madeAgain(true);
  await consumeNow([messageOf(approval(key, 60))], world);
  expect(await tracesOf(id)).toEqual(EVERYTHING);
});

test("signing in again begins no life: what happened before it is told", async () => {
  const key = await openPlain(world, START);
  const { eventId, organizationId } = key;
  const opening = { eventId, organizationId, connectedAt: START + 60_000, ...scopes };
  expect((await openConnection(world, opening)).kind).toBe("signed_in");
  await consumeNow([messageOf(approval(key, 1))], world);
  expect(await tracesOf(key.id)).toEqual(EVERYTHING);
});

test("the fast lane of alerts is no way around it", async () => {
  const { key, id } = await madeAgain(true);
  const { eventId, organizationId } = key;
  const { type, data } = approval(key, 1);
  const happening = { id: "early", type, occurredAt: START + 1_000, eventId, organizationId, data };
  const notes = notesFor(world.config, happening);
  expect(notes).toHaveLength(1);
  expect(await deliver(world as TestWorld, { kind: "notes", notes })).toBe("acked");
  expect((await tracesOf(id)).alerts).toBe(0);
});

test("a withdrawal counts by when its user signed in, a deletion by the life that it is about", async () => {
  const { key, id } = await madeAgain(false);
  const { eventId, organizationId } = key;
  const of = { event_id: eventId, organization_id: organizationId, occurred_at: at(1) };
  await consumeNow(
    [
      messageOf({ type: "user.revoked_access", data: { user_id: "usr_1" }, ...of }),
      messageOf({ type: "data.deletion_required", data: {}, ...of }),
    ],
    world,
  );
  const { outcomes, handlers } = await tracesOf(id);
  expect([outcomes.toSorted(), handlers]).toEqual([["applied", "stale"], ["watch-withdrawals"]]);
});
