/** What D1 was asked for: calls over the wire, and what its own meter says of rows. */
export interface Counts {
  roundTrips: number;
  rowsWritten: number;
  rowsRead: number;
  /** What D1 itself says that its statements took, all together. It runs one after the other. */
  sqlMs: number;
  /** How long each call took as the caller saw it, waiting for others included. */
  readonly callMs: number[];
}

/** The binding, counting; each call travels `distanceMs` first, as to a database that is not next door. */
export function counted(
  binding: D1Database,
  distanceMs = 0,
): { readonly binding: D1Database; readonly counts: Counts } {
  const travel = async () => {
    if (distanceMs > 0) await new Promise((resolve) => setTimeout(resolve, distanceMs));
  };
  const counts: Counts = { roundTrips: 0, rowsWritten: 0, rowsRead: 0, sqlMs: 0, callMs: [] };
  const note = (results: readonly D1Result[], startedAt: number) => {
    counts.roundTrips++;
    counts.callMs.push(performance.now() - startedAt);
    for (const { meta } of results) {
      counts.rowsWritten += meta.rows_written;
      counts.rowsRead += meta.rows_read;
      counts.sqlMs += meta.duration;
    }
  };
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const statement = (original: D1PreparedStatement): D1PreparedStatement => {
    const all = async () => {
      const startedAt = performance.now();
      await travel();
      const result = await original.all();
      note([result], startedAt);
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
      const startedAt = performance.now();
      await travel();
      const results = await binding.batch(statements.map((wrapped) => originals.get(wrapped) ?? wrapped));
      note(results, startedAt);
      return results;
    },
  } as unknown as D1Database;
  return { binding: proxy, counts };
}
