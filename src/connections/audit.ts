import type { World } from "../world.ts";

export interface AuditEntry {
  readonly connectionId: string | null;
  /** `operator`, `organizer`, `door`, `revento`, `system`: a role, never a person's name. */
  readonly actor: string;
  readonly action: string;
  readonly subject?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const COLUMNS = "INSERT INTO audit (connection_id, at, actor, action, subject, detail)";

function valuesOf(world: World, entry: AuditEntry): readonly (string | number | null)[] {
  const { connectionId, actor, action, subject = null, detail } = entry;
  return [
    connectionId,
    world.now(),
    actor,
    action,
    subject,
    detail === undefined ? null : JSON.stringify(detail),
  ];
}

/** The entry as a statement behind the one that it tells of, in one transaction: none where that one changed nothing. */
export const insertAuditIfChanged = (world: World, entry: AuditEntry): D1PreparedStatement =>
  world.db.raw
    .prepare(`${COLUMNS} SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE changes() > 0`)
    .bind(...valuesOf(world, entry));

/** Adds to the audit log. Triggers of the database keep it append-only. */
export async function appendAudit(world: World, entry: AuditEntry): Promise<void> {
  await world.db.raw
    .prepare(`${COLUMNS} VALUES (?1, ?2, ?3, ?4, ?5, ?6)`)
    .bind(...valuesOf(world, entry))
    .run();
}
