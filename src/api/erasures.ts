import type { AppContext } from "../app-env.ts";
import { appendAudit } from "../connections/index.ts";
import { type Erasure, ledgerOf, reapplyErasures } from "../lifecycle/index.ts";
import { answerList, iso, isoOrNull, readPage, refuse } from "./answer.ts";
import { operatorOf } from "./guard.ts";

const erasureJson = (entry: Erasure) => ({
  id: entry.id,
  event_id: entry.eventId,
  organization_id: entry.organizationId,
  requested_at: iso(entry.requestedAt),
  deadline_at: iso(entry.deadlineAt),
  erased_at: isoOrNull(entry.erasedAt),
  completed_at: isoOrNull(entry.completedAt),
  reapplied_at: isoOrNull(entry.reappliedAt),
  counts: entry.counts,
  reason: entry.reason,
  by: entry.by,
  proof:
    entry.proof === null
      ? null
      : { looked_at: iso(entry.proof.lookedAt), tables: entry.proof.tables, rows: entry.proof.rows },
});

/** `GET /api/erasures`: newest first. */
export async function listErasures(c: AppContext): Promise<Response> {
  const page = readPage<readonly [number, string]>(c, ["number", "string"]);
  if (!page.ok) return refuse(c, page.failure);
  const { limit, after } = page.value;
  const key = after === null ? null : { requestedAt: after[0], id: after[1] };
  const entries: Erasure[] = await ledgerOf(c.get("world")).list(limit + 1, key);
  return answerList(c, entries, { limit }, ({ requestedAt, id }) => [requestedAt, id], erasureJson);
}

/** `POST /api/erasures/apply`: after the database was restored. */
export async function applyErasures(c: AppContext): Promise<Response> {
  const applied = await reapplyErasures(c.get("world"));
  await appendAudit(c.get("world"), {
    connectionId: null,
    actor: operatorOf(c),
    action: "erasures.reapplied",
    detail: { applied },
  });
  return c.json({ status: "accepted", applied }, 202);
}
