import type { DeliveryRow } from "./deliveries.ts";

const FACETS = ["app", "prof", "reg", "form"] as const;

/**
 * Which rows of a batch come after a newer snapshot of the same thing in the same batch. The statements see the mirror
 * as it was before the batch, and so cannot tell.
 */
export function overtakenIn(rows: readonly DeliveryRow[]): ReadonlySet<DeliveryRow> {
  const newest = new Map<string, number>();
  const overtaken = new Set<DeliveryRow>();
  for (const row of rows) {
    const keys = facetKeys(row);
    if (keys.length > 0 && keys.every((key) => row.at < (newest.get(key) ?? 0))) overtaken.add(row);
    for (const key of keys) newest.set(key, Math.max(row.at, newest.get(key) ?? 0));
  }
  return overtaken;
}

/** What a snapshot speaks for: a resource as a whole, or facets of a participant. */
function facetKeys(row: DeliveryRow): string[] {
  if (row.c === null || row.id === undefined) return [];
  const facets = row.kind == null ? FACETS.filter((facet) => row[facet] === 1) : [row.kind];
  return facets.map((facet) => `${row.c} ${facet} ${row.id}`);
}
