import { asText, asTime, hashOf, isObject, type JsonObject } from "../lib/json.ts";

/** Below every version: the facet was never seen. */
export const NEVER = -2e15;

/**
 * Versions of hearsay: an application status inside a participant's snapshot, say. It fills what was never seen and
 * gives way to any first-hand version, so it ranks below all of them, in its own order.
 */
const HEARSAY = -1e15;

/** What one snapshot says of a participant (made storable by the caller), ready for `upsertParticipants`: a version and a content hash per facet. */
export interface ParticipantRow {
  readonly id: string;
  readonly applicationAt: number;
  readonly applicationId: string | null;
  readonly applicationStatus: string | null;
  readonly applicationHash: string;
  readonly profileAt: number;
  readonly userId: string | null;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly role: string | null;
  readonly extra: JsonObject | null;
  readonly profileHash: string;
  readonly registrationAt: number;
  readonly registeredAt: number | null;
  readonly formAt: number;
  readonly form: JsonObject | null;
  readonly formHash: string;
  readonly touchedAt: number;
  readonly updatedAt: number;
}

const UNSEEN = {
  applicationAt: NEVER,
  applicationId: null,
  applicationStatus: null,
  applicationHash: "",
  profileAt: NEVER,
  userId: null,
  displayName: null,
  email: null,
  role: null,
  extra: null,
  profileHash: "",
  registrationAt: NEVER,
  registeredAt: null,
  formAt: NEVER,
  form: null,
  formHash: "",
} as const;

/** Fields that have columns of their own; the rest of a participant is kept as it came. */
const NAMED = new Set([
  "id",
  "event_id",
  "user_id",
  "display_name",
  "email",
  "role",
  "application_id",
  "application_status",
  "registered_at",
  "custom_form_fields",
  "updated_at",
]);

/** The facets of an `application.*` snapshot; null where it names no participant or no status. */
export async function fromApplication(data: JsonObject, at: number): Promise<ParticipantRow | null> {
  const id = asText(data.participant_id);
  const status = asText(data.status);
  if (id === null || status === null) return null;
  return {
    ...UNSEEN,
    id,
    ...(await applicationFacet(asText(data.id), status, at)),
    ...(await profileFacet({ user_id: data.user_id }, at + HEARSAY)),
    ...(await formFacet(data, at)),
    touchedAt: at,
    updatedAt: at,
  };
}

/**
 * The facets of a `participant.*` snapshot. What it says of the application is hearsay: a newer profile must not shut
 * out an older approval. A `participant.registered` speaks for the registration too.
 */
export async function fromParticipant(
  data: JsonObject,
  at: number,
  isRegistration: boolean,
): Promise<ParticipantRow | null> {
  const id = asText(data.id);
  if (id === null) return null;
  const status = asText(data.application_status);
  const registeredAt = asTime(data.registered_at);
  const isRegistrationTold = isRegistration || registeredAt !== null;
  return {
    ...UNSEEN,
    id,
    ...(status === null ? {} : await applicationFacet(asText(data.application_id), status, at + HEARSAY)),
    ...(await profileFacet(data, at)),
    ...(isRegistrationTold
      ? {
          registeredAt: registeredAt ?? (isRegistration ? at : null),
          registrationAt: isRegistration ? at : at + HEARSAY,
        }
      : {}),
    ...(await formFacet(data, at)),
    touchedAt: at,
    updatedAt: at,
  };
}

/** A row of `GET /participants`: it speaks for every facet at the rank of its page. */
export async function fromPage(data: JsonObject, rank: number): Promise<ParticipantRow | null> {
  const id = asText(data.id);
  if (id === null) return null;
  const status = asText(data.application_status);
  const form = isObject(data.custom_form_fields) ? data : { custom_form_fields: {} };
  return {
    ...UNSEEN,
    id,
    ...(status === null ? {} : await applicationFacet(asText(data.application_id), status, rank)),
    ...(await profileFacet(data, rank)),
    registeredAt: asTime(data.registered_at),
    registrationAt: rank,
    ...(await formFacet(form, rank)),
    touchedAt: 0,
    updatedAt: asTime(data.updated_at) ?? rank,
  };
}

async function applicationFacet(id: string | null, status: string, at: number) {
  return {
    applicationAt: at,
    applicationId: id,
    applicationStatus: status,
    applicationHash: await hashOf([id, status]),
  };
}

async function profileFacet(data: JsonObject, at: number) {
  const unnamed = Object.entries(data).filter(([key]) => !NAMED.has(key));
  const extra = Object.fromEntries(unnamed);
  const told = {
    userId: asText(data.user_id),
    displayName: asText(data.display_name),
    email: asText(data.email),
    role: asText(data.role),
  };
  return {
    ...told,
    extra,
    profileAt: at,
    profileHash: await hashOf([told, extra]),
  };
}

async function formFacet(data: JsonObject, at: number) {
  if (!isObject(data.custom_form_fields)) return {};
  const form = data.custom_form_fields;
  return { formAt: at, form, formHash: await hashOf(form) };
}
