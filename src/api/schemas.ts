import * as z from "zod/mini";

/** What the API answers, as schemas: the OpenAPI document is made of these, and the tests hold real answers to them. */

const time = z.iso.datetime();
const timeOrNull = z.nullable(time);
const count = z.int().check(z.nonnegative());
const counts = z.record(z.string(), z.number());

export const failure = z.object({ error: z.string(), message: z.string(), request_id: z.uuid() });

export const connection = z.object({
  event_id: z.string(),
  organization_id: z.string(),
  event_name: z.nullable(z.string()),
  status: z.enum(["active", "reconnect_required", "suspended", "ended"]),
  reason: z.nullable(
    z.enum([
      "organizer_revoked",
      "event_archived",
      "formal_status_lost",
      "token_revoked",
      "invalid_grant",
      "lost_rotation",
      "grant_expired",
      "suspended",
      "unpublished",
      "deletion_required",
    ]),
  ),
  generation: z.int(),
  connected_at: time,
  ended_at: timeOrNull,
  granted_scopes: z.array(z.string()),
  missing_scopes: z.array(z.string()),
  declined_scopes: z.array(z.string()),
  grant: z.object({
    access_expires_at: timeOrNull,
    refresh_expires_at: timeOrNull,
    ends_at: timeOrNull,
    key_id: z.nullable(z.string()),
    last4: z.nullable(z.string()),
  }),
  health: z.object({
    state: z.enum(["unknown", "healthy", "throttled", "revoked", "error"]),
    checked_at: timeOrNull,
    since: timeOrNull,
    detail: z.nullable(z.string()),
  }),
  sync: z.looseObject({
    state: z.enum(["idle", "running", "frozen", "failed"]),
    kind: z.nullable(z.enum(["initial", "reconcile"])),
    pages: count,
    rows: count,
    started_at: timeOrNull,
    finished_at: timeOrNull,
    rows_per_minute: z.nullable(count),
    seconds_left: z.nullable(count),
  }),
  counts: z.object({ participants: count, registered: count, cancelled: count, checked_in: count }),
  erasure: z.object({ requested_at: timeOrNull, erased_at: timeOrNull }),
});

export const participant = z.object({
  id: z.string(),
  user_id: z.nullable(z.string()),
  display_name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  role: z.nullable(z.string()),
  application_id: z.nullable(z.string()),
  application_status: z.nullable(z.string()),
  state: z.enum(["present", "cancelled"]),
  registered_at: timeOrNull,
  cancelled_at: timeOrNull,
  checked_in_at: timeOrNull,
  custom_form_fields: z.record(z.string(), z.unknown()),
  updated_at: time,
});

export const resource = z.looseObject({
  id: z.string(),
  state: z.enum(["present", "removed"]),
  updated_at: time,
});

export const timelineEntry = z.object({
  at: time,
  kind: z.enum(["call", "delivery", "job", "audit"]),
  id: z.string(),
  summary: z.string(),
});

export const trace = z.object({ id: z.string(), entries: z.array(timelineEntry) });

export const delivery = z.object({
  delivery_id: z.string(),
  body_id: z.string(),
  type: z.string(),
  event_id: z.nullable(z.string()),
  organization_id: z.nullable(z.string()),
  occurred_at: time,
  received_at: time,
  processed_at: timeOrNull,
  lag_ms: z.nullable(z.number()),
  attempts: count,
  outcome: z.enum(["applied", "repeat", "stale", "ignored", "set_aside", "pending"]),
  request_id: z.nullable(z.string()),
});

export const deadLetter = z.object({
  id: z.string(),
  queue: z.string(),
  reason: z.string(),
  type: z.nullable(z.string()),
  event_id: z.nullable(z.string()),
  organization_id: z.nullable(z.string()),
  set_aside_at: time,
  attempts: count,
});

export const erasure = z.object({
  id: z.string(),
  event_id: z.string(),
  organization_id: z.string(),
  requested_at: time,
  deadline_at: time,
  erased_at: timeOrNull,
  completed_at: timeOrNull,
  reapplied_at: timeOrNull,
  counts,
  reason: z.string(),
  by: z.string(),
  proof: z.nullable(z.object({ looked_at: time, tables: count, rows: count })),
});

export const seal = z.object({
  key_id: z.string(),
  seals: count,
  is_current: z.boolean(),
  is_in_ring: z.boolean(),
});

export const metrics = z.record(z.string(), counts);

export const accepted = z.looseObject({ status: z.string() });

export const checkIn = z.object({
  participant_id: z.string(),
  checked_in_at: timeOrNull,
  is_new: z.boolean(),
  flag: z.nullable(z.enum(["cancelled", "not_approved"])),
});

export const attendance = z.object({
  participants: count,
  registered: count,
  checked_in: count,
  cancelled: count,
  conflicts: count,
});

export const arrival = z.object({
  participant_id: z.string().check(z.minLength(1), z.maxLength(200)),
  at: z.optional(z.iso.datetime({ offset: true })),
});

export const anything = z.looseObject({});

export const listOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({ data: z.array(item), next_cursor: z.nullable(z.string()), has_more: z.boolean() });
