import type { DeliveryRow } from "./deliveries.ts";

/**
 * Which rows of a batch have the same body as one before them in it. The statements ask the table as it was before the
 * batch, and so cannot tell.
 */
export function repeatedIn(rows: readonly DeliveryRow[]): ReadonlySet<DeliveryRow> {
  const seen = new Set<string>();
  return new Set(
    rows.filter(({ c, at, b }) => {
      const key = `${c} ${at} ${b}`;
      const isRepeat = seen.has(key);
      seen.add(key);
      return isRepeat;
    }),
  );
}
