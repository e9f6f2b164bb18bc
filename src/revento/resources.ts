import * as z from "zod/mini";
import { count, customFields, openEnum, pageOf, text, wireObject } from "./shape.ts";

/** Contract section 4, "Participant". */
export const participantShape = wireObject({
  id: z.string(),
  user_id: text,
  application_id: text,
  application_status: openEnum,
  display_name: text,
  email: text,
  role: z.nullish(z.unknown()),
  custom_form_fields: customFields,
  registered_at: text,
  last_reviewed_at: text,
  last_reviewer_id: text,
  last_review_action: openEnum,
  updated_at: text,
});

export const eventShape = wireObject({
  id: z.string(),
  organization_id: text,
  title: text,
  name: text,
  description: text,
  start_date: text,
  end_date: text,
  publish_status: openEnum,
  updated_at: text,
});

export const activityShape = wireObject({
  id: z.string(),
  title: text,
  name: text,
  status: openEnum,
  thread_id: text,
  location_id: text,
  starts_at: text,
  ends_at: text,
  capacity: count,
  updated_at: text,
});

export const threadShape = wireObject({ id: z.string(), name: text, updated_at: text });
export const locationShape = wireObject({ id: z.string(), name: text, updated_at: text });
export const registrationWaveShape = wireObject({ id: z.string(), name: text, updated_at: text });

/** Days × threads × activities. Its inner form is an assumption: an object, or a list answer of days. */
export const programShape = wireObject({});

export const profileShape = wireObject({
  user_id: text,
  name: text,
  display_name: text,
  email: text,
  updated_at: text,
});

export const applicationShape = wireObject({
  id: z.string(),
  event_id: text,
  participant_id: text,
  user_id: text,
  status: openEnum,
  activity_ids: z.catch(z.nullish(z.array(z.string())), null),
  custom_form_fields: customFields,
  submitted_at: text,
  updated_at: text,
});

export const participantPage = pageOf(participantShape);
export const activityPage = pageOf(activityShape);
export const threadPage = pageOf(threadShape);
export const locationPage = pageOf(locationShape);
export const registrationWavePage = pageOf(registrationWaveShape);
/** Seen as a list answer; whether it pages is not said, so that the page's own fields may be absent. */
export const applicationList = wireObject({ data: z.array(applicationShape) });

export type ReventoParticipant = z.infer<typeof participantShape>;
export type ReventoEvent = z.infer<typeof eventShape>;
export type ReventoActivity = z.infer<typeof activityShape>;
export type ReventoThread = z.infer<typeof threadShape>;
export type ReventoLocation = z.infer<typeof locationShape>;
export type ReventoRegistrationWave = z.infer<typeof registrationWaveShape>;
export type ReventoProgram = z.infer<typeof programShape>;
export type ReventoProfile = z.infer<typeof profileShape>;
export type ReventoApplication = z.infer<typeof applicationShape>;
export interface ReventoPage<Row> {
  readonly data: readonly Row[];
  readonly next_cursor?: string | null | undefined;
  readonly has_more: boolean;
}
