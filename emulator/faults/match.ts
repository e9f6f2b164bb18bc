import type { FaultMatch } from "./types.ts";

export interface AnswerSubject {
  method: string;
  path: string;
  grant_type: string | null;
  event_id: string | null;
}

export interface DeliverySubject {
  type: string;
  event_id: string | null;
}

/** Names for the endpoints, so that nobody has to write paths. */
export const ENDPOINTS: Record<string, string> = {
  authorize: "/oauth/authorize",
  token: "/oauth/token",
  refresh: "/oauth/token",
  exchange: "/oauth/token",
  api: "/api/v1/*",
  event: "/api/v1/events/:one",
  participants: "/api/v1/events/*/participants",
  program: "/api/v1/events/*/program",
  activities: "/api/v1/events/*/activities",
  threads: "/api/v1/events/*/threads",
  locations: "/api/v1/events/*/locations",
  "registration-waves": "/api/v1/events/*/registration-waves",
  profile: "/api/v1/me/profile",
  application: "/api/v1/me/application",
};

const GRANT_TYPES: Record<string, string> = { refresh: "refresh_token", exchange: "authorization_code" };

/** `*` stands for anything, `:one` for one part of a path. */
export function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll(":one", "[^/]+");
  return new RegExp(`^${source}$`).test(text);
}

export function matchesAnswer(match: FaultMatch, subject: AnswerSubject): boolean {
  const { endpoint, method, event_id } = match;
  if (match.type !== undefined || match.attempt !== undefined) return false;
  if (method !== undefined && method.toUpperCase() !== subject.method) return false;
  if (event_id !== undefined && event_id !== subject.event_id) return false;
  if (endpoint === undefined) return true;
  const grantType = GRANT_TYPES[endpoint];
  if (grantType !== undefined && grantType !== subject.grant_type) return false;
  return fits(ENDPOINTS[endpoint] ?? endpoint, subject.path);
}

export function matchesDelivery(match: FaultMatch, subject: DeliverySubject, attempt: number): boolean {
  if (match.endpoint !== undefined || match.method !== undefined) return false;
  if (match.event_id !== undefined && match.event_id !== subject.event_id) return false;
  if (match.attempt !== undefined && match.attempt !== attempt) return false;
  return match.type === undefined || fits(match.type, subject.type);
}
