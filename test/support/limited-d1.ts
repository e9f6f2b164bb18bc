import { utf8 } from "../../src/lib/encoding.ts";

/** The longest text or blob that D1 takes. The local one takes any. */
const MAX_VALUE_BYTES = 2_000_000;

export interface LimitedD1 {
  readonly binding: D1Database;
  /** Calls that were refused. */
  refused: number;
  /** Bytes bound by the largest call, all its statements together. */
  largest: number;
}

const sizeOf = (value: unknown): number => {
  if (typeof value === "string") return utf8(value).byteLength;
  return value instanceof Uint8Array ? value.byteLength : 8;
};

/** A binding that takes values as long as D1 does, and refuses longer ones in its words. The real one is behind it. */
export function limitedD1(real: D1Database): LimitedD1 {
  const known = new WeakMap<
    object,
    { readonly real: D1PreparedStatement; readonly sizes: readonly number[] }
  >();
  const control: LimitedD1 = { binding: {} as D1Database, refused: 0, largest: 0 };
  async function measure<T>(sizes: readonly number[], work: () => Promise<T>): Promise<T> {
    const total = sizes.reduce((sum, size) => sum + size, 0);
    control.largest = Math.max(control.largest, total);
    if (!sizes.some((size) => size > MAX_VALUE_BYTES)) return work();
    control.refused += 1;
    throw new Error("D1_ERROR: string or blob too big: SQLITE_TOOBIG");
  }
  const wrap = (statement: D1PreparedStatement, sizes: readonly number[]): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values), values.map(sizeOf)),
      first: () => measure(sizes, () => statement.first()),
      run: () => measure(sizes, () => statement.run()),
      all: () => measure(sizes, () => statement.all()),
      raw: () => measure(sizes, () => statement.raw()),
    } as unknown as D1PreparedStatement;
    known.set(wrapped, { real: statement, sizes });
    return wrapped;
  };
  const binding = {
    prepare: (sql: string) => wrap(real.prepare(sql), []),
    batch: (statements: D1PreparedStatement[]) => {
      const all = statements.flatMap((one) => known.get(one) ?? []);
      return measure(
        all.flatMap(({ sizes }) => sizes),
        () => real.batch(all.map((one) => one.real)),
      );
    },
  } as unknown as D1Database;
  return Object.assign(control, { binding });
}
