import { bounded } from "../lib/bounded.ts";

/** A statement of a bounded binding leads back to the real one, which alone a batch takes. */
const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

/**
 * The binding with every call bounded in time: D1 may hang for half a minute, and whoever waits for it would hang
 * with it. A write that ran out of time may still have been done: only an idempotent one is repeated.
 * @throws TimedOut
 */
export function boundDatabase(binding: D1Database, ms: number): D1Database {
  const within = <T>(work: Promise<T>, what: string): Promise<T> => bounded(work, ms, `D1 ${what}`);
  const statement = (original: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => statement(original.bind(...values)),
      first: (column?: string) =>
        within(column === undefined ? original.first() : original.first(column), "first"),
      run: () => within(original.run(), "run"),
      all: () => within(original.all(), "all"),
      raw: (options?: { columnNames?: false }) => within(original.raw(options), "raw"),
    } as D1PreparedStatement;
    originals.set(wrapped, original);
    return wrapped;
  };
  return {
    prepare: (sql: string) => statement(binding.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) =>
      within(binding.batch(statements.map((wrapped) => originals.get(wrapped) ?? wrapped)), "batch"),
    exec: (sql: string) => within(binding.exec(sql), "exec"),
    withSession: (start?: string) => binding.withSession(start),
    dump: () => within(binding.dump(), "dump"),
  } as D1Database;
}
