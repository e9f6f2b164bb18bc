/** What D1 was asked for: calls over the wire, and what its own meter says of rows. */
export interface Counts {
  roundTrips: number;
  rowsWritten: number;
  rowsRead: number;
}

/** The binding, counting. */
export function counted(binding: D1Database): { readonly binding: D1Database; readonly counts: Counts } {
  const counts: Counts = { roundTrips: 0, rowsWritten: 0, rowsRead: 0 };
  const note = (results: readonly D1Result[]) => {
    counts.roundTrips++;
    for (const { meta } of results) {
      counts.rowsWritten += meta.rows_written;
      counts.rowsRead += meta.rows_read;
    }
  };
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const statement = (original: D1PreparedStatement): D1PreparedStatement => {
    const all = async () => {
      const result = await original.all();
      note([result]);
      return result;
    };
    const wrapped = {
      bind: (...values: unknown[]) => statement(original.bind(...values)),
      all,
      run: all,
      first: async (column?: string) => {
        const [row] = (await all()).results as Record<string, unknown>[];
        return row === undefined ? null : column === undefined ? row : row[column];
      },
    } as unknown as D1PreparedStatement;
    originals.set(wrapped, original);
    return wrapped;
  };
  const proxy = {
    prepare: (sql: string) => statement(binding.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await binding.batch(statements.map((wrapped) => originals.get(wrapped) ?? wrapped));
      note(results);
      return results;
    },
  } as unknown as D1Database;
  return { binding: proxy, counts };
}
