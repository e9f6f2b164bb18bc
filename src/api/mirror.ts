import type { AppContext } from "../app-env.ts";
import type { Connection } from "../connections/index.ts";
import {
  findMirrored,
  listMirrored,
  listMirroredResources,
  type MirroredParticipant,
  type MirroredResource,
  type ResourceKind,
} from "../records/index.ts";
import { answerList, given, iso, isoOrNull, readChoice, readPage, refuse } from "./answer.ts";

/** A JSON text of the mirror, or what stands in its place. */
const parsed = (text: string | null, otherwise: unknown): unknown =>
  text === null ? otherwise : JSON.parse(text);

export const participantJson = (row: MirroredParticipant) => ({
  id: row.id,
  user_id: row.userId,
  display_name: row.displayName,
  email: row.email,
  role: row.role,
  application_id: row.applicationId,
  application_status: row.applicationStatus,
  state: row.state,
  registered_at: isoOrNull(row.registeredAt),
  cancelled_at: isoOrNull(row.cancelledAt),
  checked_in_at: isoOrNull(row.checkedInAt),
  custom_form_fields: parsed(row.customFormFields, {}),
  updated_at: iso(row.updatedAt),
});

/** `GET C/participants`: in the order of their ids. */
export async function listParticipants(c: AppContext, connection: Connection): Promise<Response> {
  const page = readPage<readonly [string]>(c, ["string"]);
  if (!page.ok) return refuse(c, page.failure);
  const state = readChoice(c, "state", ["present", "cancelled"]);
  if (!state.ok) return refuse(c, state.failure);
  const { limit, after } = page.value;
  const rows = await listMirrored(c.get("world"), connection.id, {
    applicationStatus: given(c, "application_status"),
    state: state.value,
    q: given(c, "q"),
    after: after?.[0] ?? null,
    limit: limit + 1,
  });
  return answerList(c, rows, { limit }, ({ id }) => [id], participantJson);
}

/** `GET C/participants/{id}`. */
export async function showParticipant(c: AppContext, connection: Connection): Promise<Response> {
  const row = await findMirrored(c.get("world"), connection.id, c.req.param("id") ?? "");
  return row === null
    ? refuse(c, { kind: "not_found", what: "participant" })
    : c.json(participantJson(row) as Record<string, unknown>);
}

const resourceJson = ({ id, data, state, updatedAt }: MirroredResource) => ({
  ...(parsed(data, {}) as Record<string, unknown>),
  id,
  state,
  updated_at: iso(updatedAt),
});

/** `GET C/activities` and the other lists: Revento's snapshot with our state beside it. */
export const listResources = (kind: ResourceKind) => async (c: AppContext, connection: Connection) => {
  const page = readPage<readonly [string]>(c, ["string"]);
  if (!page.ok) return refuse(c, page.failure);
  const { limit, after } = page.value;
  const rows = await listMirroredResources(c.get("world"), connection.id, kind, {
    after: after?.[0] ?? null,
    limit: limit + 1,
  });
  return answerList(c, rows, { limit }, ({ id }) => [id], resourceJson);
};

/** `GET C/event`. */
export async function showEvent(c: AppContext, connection: Connection): Promise<Response> {
  const [row] = await listMirroredResources(c.get("world"), connection.id, "event", {
    after: null,
    limit: 1,
  });
  return row === undefined
    ? refuse(c, { kind: "not_found", what: "event in the mirror yet" })
    : c.json(resourceJson(row));
}
