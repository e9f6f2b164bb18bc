import type { World } from "../world.ts";

export interface AuditRow {
  readonly id: number;
  readonly connectionId: string | null;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly detail: string | null;
}

/** Who did what, newest first. */
export async function listAudit(
  world: World,
  page: { readonly after: readonly [number, number] | null; readonly limit: number },
): Promise<readonly AuditRow[]> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT id, connection_id AS connectionId, at, actor, action, subject, nullif(detail, 'null') AS detail FROM audit
       WHERE at <= ?1 AND (at, id) < (?1, ?2) ORDER BY at DESC, id DESC LIMIT ?3`,
    )
    .bind(page.after?.[0] ?? Number.MAX_SAFE_INTEGER, page.after?.[1] ?? 0, page.limit)
    .all<AuditRow>();
  return results;
}
