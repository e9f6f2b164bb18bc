import { countOutcome } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";
import type { Outcome } from "./policy.ts";
import type { OutboxRow } from "./row.ts";
import { setAside } from "./set-aside.ts";
import type { Subject } from "./subject.ts";

interface Settled {
  readonly row: OutboxRow;
  readonly outcome: Outcome;
}

const RETRY = `
UPDATE outbox SET attempts = attempts + (v.value->>'$.counted'), next_at = v.value->>'$.nextAt', error = v.value->>'$.error'
FROM json_each(?1) v WHERE outbox.id = v.value->>'$.id'`;

/** The statements that record what rows came to; they run in one transaction with the claim of the next rows. */
export async function settle(
  world: World,
  connection: Subject,
  handler: string,
  settled: readonly Settled[],
): Promise<readonly D1PreparedStatement[]> {
  const db = databaseFor(world, connection.id).raw;
  const statements: D1PreparedStatement[] = [];
  const retries: { id: number; counted: number; nextAt: number; error: string }[] = [];
  const gone: number[] = [];
  const counts = new Map<string, number>();
  for (const { row, outcome } of settled) {
    counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
    if (outcome.kind === "retry") {
      const { inMs, error, errorName, isFree } = outcome;
      retries.push({ id: row.id, counted: isFree ? 0 : 1, nextAt: world.now() + inMs, error });
      const attempts = row.attempts + 1;
      world.log.warn("handlers.retry", { handler, rowId: row.id, attempts, error: errorName });
      continue;
    }
    gone.push(row.id);
    if (outcome.kind === "dead") {
      world.log.error("handlers.set_aside", { handler, rowId: row.id, error: outcome.errorName });
      statements.push(...(await setAside(world, connection, handler, row, outcome.error)));
    }
  }
  if (retries.length > 0) statements.push(db.prepare(RETRY).bind(JSON.stringify(retries)));
  if (gone.length > 0) {
    const sql = "DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))";
    statements.push(db.prepare(sql).bind(JSON.stringify(gone)));
  }
  for (const [kind, count] of counts) statements.push(countOutcome(world, "handlers", kind, count));
  return statements;
}
