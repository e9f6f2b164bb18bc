import type { DeliveryRow } from "./deliveries.ts";

type Mark = Pick<DeliveryRow, "again" | "times">;

/**
 * What the statements cannot tell of the rows of a batch, because they ask the table as it was before it: which have the
 * same body as one before them, and, with the first of them, how many deliveries they are. A message that our own queue
 * brings twice is one.
 */
export function repeatsIn(rows: readonly DeliveryRow[]): ReadonlyMap<DeliveryRow, Mark> {
  const firsts = new Map<string, DeliveryRow>();
  const marks = new Map<DeliveryRow, Mark>();
  for (const row of rows) {
    const key = `${row.c} ${row.at} ${row.b}`;
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, row);
      continue;
    }
    marks.set(row, { again: true });
    const isAnotherDelivery = row.d !== first.d || row.r !== first.r;
    if (isAnotherDelivery) marks.set(first, { times: (marks.get(first)?.times ?? 1) + 1 });
  }
  return marks;
}
