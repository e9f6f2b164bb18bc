import { utf8 } from "../../src/lib/encoding.ts";
import { wrappedD1 } from "./wrapped-d1.ts";

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
  const control: LimitedD1 = { binding: real, refused: 0, largest: 0 };
  const binding = wrappedD1(real, async (calls, work) => {
    const sizes = calls.flatMap(({ values }) => values.map(sizeOf));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    control.largest = Math.max(control.largest, total);
    if (!sizes.some((size) => size > MAX_VALUE_BYTES)) return work();
    control.refused += 1;
    throw new Error("D1_ERROR: string or blob too big: SQLITE_TOOBIG");
  });
  return Object.assign(control, { binding });
}
