import { findEvent } from "../actions/find.ts";
import type { Core } from "../core.ts";
import type { Ctx } from "../http.ts";
import type { EventRecord, Participant } from "../state/types.ts";

export const STATUS_NAMES = {
  pending: "Pending",
  revision_requested: "Revision asked",
  approved: "Approved",
  rejected: "Rejected",
  cancelled: "Cancelled",
} as const;

export type ShownStatus = keyof typeof STATUS_NAMES;

export const statusOf = (participant: Participant): ShownStatus =>
  participant.cancelled_at === null ? participant.status : "cancelled";

export function statusCounts(event: EventRecord): Record<ShownStatus, number> {
  const counts = { pending: 0, revision_requested: 0, approved: 0, rejected: 0, cancelled: 0 };
  for (const participant of event.participants.all()) counts[statusOf(participant)]++;
  return counts;
}

export function nameOf(core: Core, userId: string): string {
  return core.store.accounts.get(userId)?.display_name ?? userId;
}

/** The event of an address; throws an `ActionError` that becomes a page. */
export function eventOf(core: Core, c: Ctx): EventRecord {
  return findEvent(core, c.req.param("event") ?? "");
}

/** Where the integration under test lives, as far as its redirect URIs tell. */
export function integrationUrl(core: Core): string | null {
  const [first] = core.integration.redirect_uris;
  return first && URL.canParse(first) ? new URL(first).origin : null;
}

export interface Paging {
  page: number;
  pages: number;
  from: number;
}

/** The page of a list that the address asks for; the last one where it asks for more. */
export function pagingOf(c: Ctx, total: number, size: number): Paging {
  const pages = Math.max(1, Math.ceil(total / size));
  const asked = Number(c.req.query("page") ?? 1);
  const page = Math.min(pages, Number.isInteger(asked) && asked > 0 ? asked : 1);
  return { page, pages, from: (page - 1) * size };
}
