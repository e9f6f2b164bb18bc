import { databaseFor } from "../../db/client.ts";
import type { World } from "../../world.ts";
import { type Scope, TARGETS, type Target } from "./tables.ts";

/** Rows a statement: some 10 ms of a database that serves one statement at a time. */
const CHUNK_ROWS = 1_000;
/** Statements a job before it is sent again: well inside what one invocation may take. */
const CHUNK_STATEMENTS = 60;

export interface Deleted {
  readonly counts: Readonly<Record<string, number>>;
  /** False where rows are left for the next chunk. */
  readonly isAll: boolean;
}

function deleteSql({ table, keys, where: all, hold }: Target): string {
  const columns = keys.join(", ");
  const where = hold === undefined ? all : `${all} AND NOT (${hold})`;
  return `DELETE FROM ${table} WHERE (${columns}) IN (SELECT ${columns} FROM ${table} WHERE ${where} LIMIT ${CHUNK_ROWS})`;
}

/** Deletes one chunk of a connection's rows, table by table. */
export async function deleteRows(world: World, scope: Scope): Promise<Deleted> {
  const { raw } = databaseFor(world, scope[0]);
  const counts: Record<string, number> = {};
  let left = CHUNK_STATEMENTS;
  for (const target of TARGETS) {
    for (;;) {
      if (left-- <= 0) return { counts, isAll: false };
      const { meta } = await bindScope(raw, deleteSql(target), scope).run();
      // `changes` counts rows of the table; `rows_written` would count its indexes too.
      if (meta.changes > 0) counts[target.table] = (counts[target.table] ?? 0) + meta.changes;
      if (meta.changes < CHUNK_ROWS) break;
    }
  }
  return { counts, isAll: true };
}

/** Searches every table again. */
export async function countRows(world: World, scope: Scope): Promise<{ tables: number; rows: number }> {
  const { raw } = databaseFor(world, scope[0]);
  const found = await raw.batch<{ n: number }>(
    TARGETS.map(({ table, where }) =>
      bindScope(raw, `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${where} LIMIT 1000)`, scope),
    ),
  );
  return { tables: TARGETS.length, rows: found.reduce((sum, { results }) => sum + (results[0]?.n ?? 0), 0) };
}

/** Binds as many of the scope's values as the statement names: D1 refuses more. */
function bindScope(raw: D1Database, sql: string, scope: Scope): D1PreparedStatement {
  const named = Math.max(...[...sql.matchAll(/\?(\d)/g)].map(([, number]) => Number(number)));
  return raw.prepare(sql).bind(...scope.slice(0, named));
}
