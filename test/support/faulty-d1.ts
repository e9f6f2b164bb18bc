/** What a database does to a statement or batch whose SQL matches: nothing, never answer, fail, or fail after the commit. */
export type D1Fault = "none" | "hang" | "error" | "error after commit" | "slow";

export interface FaultyD1 {
  readonly binding: D1Database;
  fault: D1Fault;
  /** Only calls with SQL that contains this are struck. */
  only: string;
  /** How many were struck. */
  struck: number;
}

const SLOW_MS = 1_500;

/** A binding that fails when it is told to. The real one is behind it. */
export function faultyD1(real: D1Database): FaultyD1 {
  const sqlOf = new WeakMap<object, { readonly sql: string; readonly real: D1PreparedStatement }>();
  const control: FaultyD1 = { binding: {} as D1Database, fault: "none", only: "", struck: 0 };
  async function strike<T>(sql: string, work: () => Promise<T>): Promise<T> {
    if (control.fault === "none" || !sql.includes(control.only)) return work();
    control.struck += 1;
    if (control.fault === "hang") return new Promise<T>(() => undefined);
    if (control.fault === "error") throw new Error("D1_ERROR: Network connection lost");
    if (control.fault === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    const result = await work();
    if (control.fault === "error after commit")
      throw new Error("D1_ERROR: storage caused object to be reset");
    return result;
  }
  const wrap = (sql: string, statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(sql, statement.bind(...values)),
      first: () => strike(sql, () => statement.first()),
      run: () => strike(sql, () => statement.run()),
      all: () => strike(sql, () => statement.all()),
      raw: () => strike(sql, () => statement.raw()),
    } as unknown as D1PreparedStatement;
    sqlOf.set(wrapped, { sql, real: statement });
    return wrapped;
  };
  const binding = {
    prepare: (sql: string) => wrap(sql, real.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) => {
      const known = statements.map((one) => sqlOf.get(one));
      const sql = known.map((one) => one?.sql ?? "").join(";");
      return strike(sql, () => real.batch(known.flatMap((one) => (one === undefined ? [] : [one.real]))));
    },
  } as unknown as D1Database;
  return Object.assign(control, { binding });
}
