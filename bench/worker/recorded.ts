/** A statement that was asked of D1, with what its own meter says of rows. */
export interface Seen {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly rowsRead: number;
}

/** A D1 binding that remembers each statement. */
export function recorded(binding: D1Database): { readonly binding: D1Database; readonly seen: Seen[] } {
  const seen: Seen[] = [];
  const known = new WeakMap<
    D1PreparedStatement,
    { sql: string; values: unknown[]; real: D1PreparedStatement }
  >();
  const statement = (sql: string, values: unknown[], real: D1PreparedStatement): D1PreparedStatement => {
    const all = async () => {
      const result = await real.all();
      seen.push({ sql, values, rowsRead: result.meta.rows_read });
      return result;
    };
    const first = async () => (await all()).results[0] ?? null;
    const bind = (...bound: unknown[]) => statement(sql, bound, real.bind(...bound));
    const wrapped = { bind, all, run: all, first } as unknown as D1PreparedStatement;
    known.set(wrapped, { sql, values, real });
    return wrapped;
  };
  const batch = async (statements: D1PreparedStatement[]) => {
    const asked = statements.flatMap((one) => known.get(one) ?? []);
    const results = await binding.batch(asked.map(({ real }) => real));
    results.forEach(({ meta }, at) => {
      const { sql = "", values = [] } = asked[at] ?? {};
      seen.push({ sql, values, rowsRead: meta.rows_read });
    });
    return results;
  };
  const prepare = (sql: string) => statement(sql, [], binding.prepare(sql));
  return { binding: { prepare, batch } as unknown as D1Database, seen };
}

/** The steps of a statement's plan. */
export async function planOf(db: D1Database, { sql, values }: Seen): Promise<readonly string[]> {
  const { results } = await db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}
