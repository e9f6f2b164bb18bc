import type { AlertCondition, AlertRule } from "../alert-rules.ts";

/** Whether a snapshot satisfies every condition of a rule. */
export function isMatch(where: AlertRule["where"], data: unknown): boolean {
  return Object.entries(where ?? {}).every(([path, condition]) => holds(condition, valueAt(data, path)));
}

/** The value at `a.b.c`, or undefined. */
export function valueAt(data: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return Reflect.get(value, key);
  }, data);
}

function holds(condition: AlertCondition, value: unknown): boolean {
  if (typeof condition !== "object" || condition === null) return value === condition;
  if ("in" in condition) return condition.in.some((option) => option === value);
  if ("not" in condition) return value !== condition.not;
  if ("exists" in condition) return (value !== undefined && value !== null) === condition.exists;
  if ("gte" in condition) return typeof value === "number" && value >= condition.gte;
  return typeof value === "number" && value <= condition.lte;
}
