import { databaseFor } from "../db/client.ts";
import { keyIdOf, seal } from "../lib/seal.ts";
import type { OutboxEntry } from "../outbox/index.ts";
import type { World } from "../world.ts";
import { type OutboxRow, payloadOf } from "./row.ts";
import type { Subject } from "./subject.ts";

// The erasure takes the letter with it: that something may be left elsewhere stays in the audit log, without the
// error's text, which nobody has checked for personal data.
const NOTE_ERASING = `
INSERT INTO audit (connection_id, at, actor, action, detail)
VALUES (?1, ?2, 'system', 'erasing.handler_failed', ?3)`;

/** The statements that put one row, alone, where the operator finds it: the handler's later rows go on. */
export async function setAside(
  world: World,
  connection: Subject,
  handler: string,
  row: OutboxRow,
  error: string,
): Promise<readonly D1PreparedStatement[]> {
  const entry: OutboxEntry = {
    connectionId: connection.id,
    bodyId: row.body_id,
    type: row.type,
    resource: row.resource,
    occurredAt: row.occurred_at,
    targets: [handler],
    payload: payloadOf(row),
  };
  const id = crypto.randomUUID();
  const place = { sub: id, field: "dead_letter" };
  const sealed = await seal(world.config.tokenKeys, place, JSON.stringify(entry));
  const sql = `
INSERT INTO dead_letters (id, connection_id, queue, reason, type, event_id, organization_id, set_aside_at, attempts, sealed,
  key_id)
VALUES (?, ?, 'revento-handlers', ?, ?, ?, ?, ?, ?, ?, ?)`;
  return [
    databaseFor(world, connection.id)
      .raw.prepare(sql)
      .bind(
        id,
        connection.id,
        `${handler}: ${error}`,
        row.type,
        connection.eventId,
        connection.organizationId,
        world.now(),
        row.attempts + 1,
        sealed,
        keyIdOf(sealed),
      ),
    ...(row.type === "erasing"
      ? [
          databaseFor(world, connection.id)
            .raw.prepare(NOTE_ERASING)
            .bind(connection.id, world.now(), JSON.stringify({ handler, attempts: row.attempts + 1 })),
        ]
      : []),
  ];
}
