import { wrappedD1 } from "./wrapped-d1.ts";

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
  const control: FaultyD1 = { binding: real, fault: "none", only: "", struck: 0 };
  const binding = wrappedD1(real, async (calls, work) => {
    const sql = calls.map((one) => one.sql).join(";");
    if (control.fault === "none" || !sql.includes(control.only)) return work();
    control.struck += 1;
    if (control.fault === "hang") return new Promise<never>(() => undefined);
    if (control.fault === "error") throw new Error("D1_ERROR: Network connection lost");
    if (control.fault === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    const result = await work();
    if (control.fault === "error after commit")
      throw new Error("D1_ERROR: storage caused object to be reset");
    return result;
  });
  return Object.assign(control, { binding });
}
