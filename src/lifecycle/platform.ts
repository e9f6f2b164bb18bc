import { appendAudit, endConnection, findConnection } from "../connections/index.ts";
import { endGrant } from "../grants/index.ts";
import { ACK, type Verdict } from "../lib/verdict.ts";
import type { SyncMessage } from "../messages.ts";
import type { World } from "../world.ts";
import { requestErasure } from "./erasure/request.ts";
import { ledgerOf } from "./ledger.ts";
import type { PlatformEvent } from "./ledger-shape.ts";

/** Connections a job: each may be a call to its object, an ending and a ledger entry. */
const PAGE = 25;

/**
 * The whole integration was suspended or unpublished. One timestamp decides: every guard compares it with the
 * connection's `connected_at`, so that all stop in this one transaction; destroying tokens follows page by page.
 */
export async function applyPlatformEvent(world: World, event: PlatformEvent): Promise<"applied"> {
  const { raw } = world.db;
  const [inserted] = await raw.batch([
    raw
      .prepare("INSERT INTO platform_state (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING")
      .bind(event.key, event.at),
    raw
      .prepare(
        `DELETE FROM sessions WHERE kind = 'participant' AND NOT EXISTS (SELECT 1 FROM connections c
           WHERE c.event_id = sessions.event_id AND c.state = 'active' AND c.connected_at > ?)`,
      )
      .bind(event.at),
    raw
      .prepare(
        `DELETE FROM caches WHERE connection_id NOT IN (
           SELECT id FROM connections WHERE state = 'active' AND connected_at > ?)`,
      )
      .bind(event.at),
  ]);
  await ledgerOf(world).rememberPlatform(event);
  await world.env.SYNC.send({ kind: "platform.page", event: event.key, at: event.at, after: null });
  if ((inserted?.meta.changes ?? 0) > 0) {
    world.log.warn("platform.event", { key: event.key, at: event.at });
    const action = event.key === "suspended_at" ? "integration.suspended" : "integration.unpublished";
    await appendAudit(world, { connectionId: null, actor: "revento", action, detail: { at: event.at } });
  }
  return "applied";
}

/** One page of what follows: tokens destroyed, users' grants ended, and after unpublishing each connection erased. */
export async function endPlatformPage(
  world: World,
  message: Extract<SyncMessage, { kind: "platform.page" }>,
): Promise<Verdict> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT event_id, organization_id, generation FROM connections
       WHERE connected_at <= ?1 AND (event_id, organization_id) > (?2, ?3) AND erased_at IS NULL
       ORDER BY event_id, organization_id LIMIT ${PAGE}`,
    )
    .bind(message.at, message.after?.[0] ?? "", message.after?.[1] ?? "")
    .all<{ event_id: string; organization_id: string; generation: number }>();
  for (const row of results) {
    const key = { eventId: row.event_id, organizationId: row.organization_id };
    if (message.event === "unpublished_at") await eraseUnpublished(world, key, message.at);
    else await endGrant(world, key, row.generation);
    await world.env.SYNC.send({ kind: "users.end", eventId: row.event_id, before: message.at });
  }
  const last = results.at(-1);
  if (last === undefined || results.length < PAGE) return ACK;
  await world.env.SYNC.send({ ...message, after: [last.event_id, last.organization_id] });
  return ACK;
}

async function eraseUnpublished(
  world: World,
  key: { eventId: string; organizationId: string },
  at: number,
): Promise<void> {
  await endConnection(world, {
    ...key,
    reason: "unpublished",
    at: world.now(),
    occurredAt: at,
    isDeletionRequired: true,
    by: "revento",
  });
  const connection = await findConnection(world, key);
  if (connection !== null && connection.connectedAt <= at && connection.erasedAt === null) {
    await requestErasure(world, connection, "revento");
  }
}
