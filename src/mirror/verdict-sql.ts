import { IS_CONTAINED, IS_OPEN_FOR_WEBHOOK } from "./gates.ts";
import type { Snapshot } from "./snapshot.ts";

/** What the outcome of a delivery needs of its snapshot, beside its address: which facets it speaks for. */
export interface FacetFlags {
  readonly app: 0 | 1;
  readonly prof: 0 | 1;
  readonly reg: 0 | 1;
  readonly form: 0 | 1;
  /** Kind of a resource; null for a participant. */
  readonly kind: string | null;
}

export function flagsOf(snapshot: Snapshot): FacetFlags {
  if (snapshot.of === "resource") return { app: 0, prof: 0, reg: 0, form: 0, kind: snapshot.row.kind };
  const { row } = snapshot;
  const isFirstHand = (at: number): 0 | 1 => (at > 0 ? 1 : 0);
  return {
    app: isFirstHand(row.applicationAt),
    prof: isFirstHand(row.profileAt),
    reg: isFirstHand(row.registrationAt),
    form: isFirstHand(row.formAt),
    kind: null,
  };
}

const AT = "e.value->>'$.at'";
const isOlder = (flag: string, column: string): string =>
  `(NOT e.value->>'$.${flag}' OR ${AT} < p.${column})`;

/** Every facet that the snapshot speaks for is newer in the mirror already. */
const IS_OLDER = `coalesce(CASE WHEN e.value->>'$.kind' IS NULL THEN (
  SELECT ${isOlder("app", "application_at")} AND ${isOlder("prof", "profile_at")}
    AND ${isOlder("reg", "registration_at")} AND ${isOlder("form", "form_at")}
  FROM participants p WHERE p.connection_id = e.value->>'$.c' AND p.id = e.value->>'$.id')
ELSE (SELECT ${AT} < p.version_at FROM resources p
  WHERE p.connection_id = e.value->>'$.c' AND p.kind = e.value->>'$.kind' AND p.id = e.value->>'$.id') END, 0)`;

/**
 * SQL over a row `e` of `json_each` with an address and facet flags: what a snapshot is to the mirror as it stands
 * before it is applied. `late` in the row: a newer one comes before it in the same batch. `ignored`: the connection has
 * ended, is suspended, is none, or has begun a life since.
 */
export const OUTCOME = `CASE WHEN NOT ${IS_OPEN_FOR_WEBHOOK} THEN 'ignored'
  WHEN coalesce(e.value->>'$.late', 0) OR ${IS_CONTAINED} OR ${IS_OLDER} THEN 'stale' ELSE 'applied' END`;
