import type * as z from "zod/mini";
import {
  activityPage,
  applicationList,
  eventShape,
  locationPage,
  participantPage,
  profileShape,
  programShape,
  registrationWavePage,
  threadPage,
} from "./resources.ts";

/** One call of the read API (contract sections 3 and 4). */
export interface Endpoint<T> {
  readonly method: "GET";
  /** Below the base of the API; without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What must have been granted. */
  readonly scope: string;
  readonly shape: z.ZodMiniType<T>;
}

export interface PageRequest {
  readonly cursor?: string | null | undefined;
  /** At most 50, which is also the default here. */
  readonly limit?: number | undefined;
}

const MAX_LIMIT = 50;

const pageQuery = ({ cursor, limit }: PageRequest): Readonly<Record<string, string>> => ({
  limit: String(Math.min(limit ?? MAX_LIMIT, MAX_LIMIT)),
  ...(cursor === undefined || cursor === null ? {} : { cursor }),
});

function endpoint<T>(
  path: string,
  scope: string,
  shape: z.ZodMiniType<T>,
  query: Readonly<Record<string, string>> = {},
): Endpoint<T> {
  return { method: "GET", path, query, scope, shape };
}

const ofEvent = (eventId: string, rest = ""): string => `/events/${encodeURIComponent(eventId)}${rest}`;

export const readEvent = (eventId: string) => endpoint(ofEvent(eventId), "event.read", eventShape);

export const readProgram = (eventId: string) =>
  endpoint(ofEvent(eventId, "/program"), "program.read", programShape);

export const listParticipants = (eventId: string, page: PageRequest = {}) =>
  endpoint(ofEvent(eventId, "/participants"), "participants.read", participantPage, pageQuery(page));

export const listActivities = (eventId: string, page: PageRequest = {}) =>
  endpoint(ofEvent(eventId, "/activities"), "program.read", activityPage, pageQuery(page));

export const listThreads = (eventId: string, page: PageRequest = {}) =>
  endpoint(ofEvent(eventId, "/threads"), "program.read", threadPage, pageQuery(page));

export const listLocations = (eventId: string, page: PageRequest = {}) =>
  endpoint(ofEvent(eventId, "/locations"), "program.read", locationPage, pageQuery(page));

export const listRegistrationWaves = (eventId: string, page: PageRequest = {}) =>
  endpoint(ofEvent(eventId, "/registration-waves"), "program.read", registrationWavePage, pageQuery(page));

export const readProfile = () => endpoint("/me/profile", "profile.read", profileShape);
export const readApplications = () => endpoint("/me/application", "event.attendance", applicationList);
