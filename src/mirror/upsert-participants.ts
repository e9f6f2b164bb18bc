import { jsonChunks } from "../lib/json.ts";
import type { World } from "../world.ts";
import type { Address } from "./address.ts";
import { IS_CONTAINED, IS_OPEN_FOR_RUN, IS_OPEN_FOR_WEBHOOK } from "./gates.ts";
import { NEVER, type ParticipantRow } from "./participant-row.ts";

/** A facet: its version, what breaks a tie, what tells its content apart, and the columns it brings. */
interface Facet {
  readonly at: string;
  readonly tie: (row: string) => string;
  readonly content: string;
  readonly columns: readonly string[];
}

// At equal times the status that is later in a review wins, otherwise the greater hash: the same in any order.
const statusRank = (row: string): string =>
  `CASE ${row}.application_status WHEN 'approved' THEN 4 WHEN 'rejected' THEN 3 WHEN 'revision_requested' THEN 2
    WHEN 'pending' THEN 1 ELSE 0 END`;

const FACETS: readonly Facet[] = [
  {
    at: "application_at",
    tie: (row) => `${statusRank(row)}, ${row}.application_hash`,
    content: "application_hash",
    columns: ["application_id", "application_status", "application_hash"],
  },
  {
    at: "profile_at",
    tie: (row) => `${row}.profile_hash`,
    content: "profile_hash",
    columns: ["user_id", "display_name", "email", "role", "extra", "profile_hash"],
  },
  {
    at: "registration_at",
    tie: (row) => `coalesce(${row}.registered_at, 0)`,
    content: "registered_at",
    columns: ["registered_at"],
  },
  {
    at: "form_at",
    tie: (row) => `${row}.form_hash`,
    content: "form_hash",
    columns: ["custom_form_fields", "form_hash"],
  },
];

type Wins = (facet: Facet) => string;

/** A webhook's facet is written where it is newer, or wins the tie. */
const isNewer: Wins = ({ at, tie }) =>
  `(excluded.${at} > ${NEVER} AND (excluded.${at}, ${tie("excluded")}) > (p.${at}, ${tie("p")}))`;

/**
 * A page contains every event up to its rank, so it also wins a tie. What it does not change is not written, not even
 * its version (`IS_CONTAINED` keeps late webhooks out instead), unless the version was hearsay.
 */
const isChanged: Wins = ({ at, content }) =>
  `(excluded.${at} > ${NEVER} AND excluded.${at} >= p.${at}
    AND (p.${at} < 0 OR excluded.${content} IS NOT p.${content}))`;

/** Somebody who was cancelled is there again, in a snapshot that is newer than the walk that missed them. */
const IS_BACK =
  "(p.state = 'cancelled' AND max(excluded.touched_at, excluded.registration_at) > p.cancelled_at)";

/** Where a row's value stands in the JSON. Objects keep their text. */
const COLUMNS: Readonly<Record<string, string>> = {
  connection_id: "e.value->>'$.c'",
  id: "e.value->>'$.id'",
  application_at: "e.value->>'$.applicationAt'",
  application_id: "e.value->>'$.applicationId'",
  application_status: "e.value->>'$.applicationStatus'",
  application_hash: "e.value->>'$.applicationHash'",
  profile_at: "e.value->>'$.profileAt'",
  user_id: "e.value->>'$.userId'",
  display_name: "e.value->>'$.displayName'",
  email: "e.value->>'$.email'",
  role: "e.value->>'$.role'",
  extra: "json_extract(e.value, '$.extra')",
  profile_hash: "e.value->>'$.profileHash'",
  registration_at: "e.value->>'$.registrationAt'",
  registered_at: "e.value->>'$.registeredAt'",
  form_at: "e.value->>'$.formAt'",
  custom_form_fields: "json_extract(e.value, '$.form')",
  form_hash: "e.value->>'$.formHash'",
  touched_at: "e.value->>'$.touchedAt'",
  updated_at: "e.value->>'$.updatedAt'",
};

function upsertSql(wins: Wins, gate: string, isAlso: string): string {
  const names = Object.keys(COLUMNS);
  const facetSets = FACETS.flatMap((facet) =>
    [...facet.columns, facet.at].map(
      (column) => `${column} = CASE WHEN ${wins(facet)} THEN excluded.${column} ELSE p.${column} END`,
    ),
  );
  return `
INSERT INTO participants AS p (${names.join(", ")})
SELECT ${Object.values(COLUMNS).join(", ")} FROM json_each(?1) e WHERE ${gate}
ON CONFLICT (connection_id, id) DO UPDATE SET
  ${facetSets.join(",\n  ")},
  state = CASE WHEN ${IS_BACK} THEN 'present' ELSE p.state END,
  cancelled_at = CASE WHEN ${IS_BACK} THEN NULL ELSE p.cancelled_at END,
  touched_at = max(p.touched_at, excluded.touched_at),
  updated_at = max(p.updated_at, excluded.updated_at)
WHERE ${FACETS.map(wins).join(" OR ")} OR ${IS_BACK}${isAlso}`;
}

const FROM_WEBHOOK = upsertSql(isNewer, `${IS_OPEN_FOR_WEBHOOK} AND NOT ${IS_CONTAINED}`, "");
const FROM_PAGE = upsertSql(isChanged, IS_OPEN_FOR_RUN, " OR excluded.updated_at > p.updated_at");

const historySql = (gate: string): string => `
INSERT INTO state_changes (connection_id, kind, resource_id, at, from_state, to_state, cause)
SELECT p.connection_id, 'participant', p.id, e.value->>'$.at', 'cancelled', 'present', ?2
FROM json_each(?1) e JOIN participants p ON p.connection_id = e.value->>'$.c' AND p.id = e.value->>'$.id'
WHERE p.state = 'cancelled' AND e.value->>'$.at' > p.cancelled_at AND ${gate}
ON CONFLICT DO NOTHING`;

const HISTORY_FROM_WEBHOOK = historySql(`${IS_OPEN_FOR_WEBHOOK} AND NOT ${IS_CONTAINED}`);
const HISTORY_FROM_PAGE = historySql(IS_OPEN_FOR_RUN);

/** The statements that apply participants' snapshots from webhooks: one write a row that changes, none otherwise. */
export function upsertFromWebhooks(
  world: World,
  rows: readonly (Address & ParticipantRow)[],
): D1PreparedStatement[] {
  return jsonChunks(rows).flatMap((json) => [
    world.db.raw.prepare(HISTORY_FROM_WEBHOOK).bind(json, "webhook"),
    world.db.raw.prepare(FROM_WEBHOOK).bind(json),
  ]);
}

/** The statements that apply the participants of a page. `at` of each address is the page's rank. */
export function upsertFromPage(
  world: World,
  rows: readonly (Address & ParticipantRow)[],
  runId: string,
): D1PreparedStatement[] {
  return jsonChunks(rows).flatMap((json) => [
    world.db.raw.prepare(HISTORY_FROM_PAGE).bind(json, `run ${runId}`),
    world.db.raw.prepare(FROM_PAGE).bind(json),
  ]);
}
