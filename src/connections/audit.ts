import type { World } from "../world.ts";

export interface AuditEntry {
  readonly connectionId: string | null;
  /** `operator`, `organizer`, `door`, `revento`, `system`: a role, never a person's name. */
  readonly actor: string;
  readonly action: string;
  readonly subject?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Adds to the audit log. Triggers of the database keep it append-only. */
export async function appendAudit(world: World, entry: AuditEntry): Promise<void> {
  const { connectionId, actor, action, subject = null, detail } = entry;
  await world.db.raw
    .prepare(
      "INSERT INTO audit (connection_id, at, actor, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(
      connectionId,
      world.now(),
      actor,
      action,
      subject,
      detail === undefined ? null : JSON.stringify(detail),
    )
    .run();
}
