/** A statement of a call to D1: its text, and what was bound to it. */
export interface Call {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Does a call, or something else in its place. `calls` are the statements of it: one, or those of a batch. */
export type Around = <T>(calls: readonly Call[], work: () => Promise<T>) => Promise<T>;

interface Known extends Call {
  readonly real: D1PreparedStatement;
}

/** A binding whose every call goes through `around`. The real one is behind it. */
export function wrappedD1(real: D1Database, around: Around): D1Database {
  const known = new WeakMap<object, Known>();
  const wrap = (call: Known): D1PreparedStatement => {
    const { sql, real: statement } = call;
    const wrapped = {
      bind: (...values: unknown[]) => wrap({ sql, values, real: statement.bind(...values) }),
      first: (...column: [string] | []) => around([call], () => statement.first(...(column as [string]))),
      run: () => around([call], () => statement.run()),
      all: () => around([call], () => statement.all()),
      raw: () => around([call], () => statement.raw()),
    } as unknown as D1PreparedStatement;
    known.set(wrapped, call);
    return wrapped;
  };
  return {
    prepare: (sql: string) => wrap({ sql, values: [], real: real.prepare(sql) }),
    batch: (statements: D1PreparedStatement[]) => {
      const calls = statements.flatMap((one) => known.get(one) ?? []);
      if (calls.length < statements.length) throw new Error("a statement of another database");
      return around(calls, () => real.batch(calls.map((one) => one.real)));
    },
  } as unknown as D1Database;
}
