import type { World } from "../../world.ts";

const AUDIT = `INSERT INTO audit (connection_id, at, actor, action, detail)
SELECT nullif(connection_id, ''), ?2, ?3, ?4, json_object('id', id, 'queue', queue) FROM dead_letters WHERE id = ?1`;

/**
 * Takes a letter away and writes down who did what with it, in one transaction: none goes without a trace.
 * @returns false where there is none of this id
 */
export async function removeLetter(
  world: World,
  id: string,
  { actor, action }: { readonly actor: string; readonly action: string },
): Promise<boolean> {
  const { raw } = world.db;
  const [, deleted] = await raw.batch([
    raw.prepare(AUDIT).bind(id, world.now(), actor, action),
    raw.prepare("DELETE FROM dead_letters WHERE id = ?1").bind(id),
  ]);
  return (deleted?.meta.changes ?? 0) > 0;
}
