import { getCookie } from "hono/cookie";
import type { AppContext } from "../app-env.ts";
import { fail, ok, type Result } from "../failure.ts";
import { sha256Hex } from "../lib/encoding.ts";
import { unseal } from "../lib/seal.ts";
import { FLOW_LIFETIME_MS, type FlowKind, flowCookieName, verifierPlace, verifierRing } from "./flow.ts";

export interface Flow {
  readonly eventId: string;
  readonly verifier: string;
  readonly askedScopes: readonly string[];
}

/** Why an answer of Revento's does not count here. `eventId` where it is safe to start again with it. */
export interface FlowProblem {
  readonly why: "foreign" | "expired" | "used";
  readonly eventId: string | null;
}

interface FlowRow {
  event_id: string;
  sealed_verifier: string;
  asked_scopes: string;
  created_at: number;
}

// One statement: of two callbacks with the same state exactly one gets the row. Another browser changes nothing, so
// that it cannot use up the flow of the rightful one.
const TAKE = `
UPDATE oauth_flows SET used_at = ?1
WHERE state_hash = ?2 AND kind = ?3 AND browser_hash = ?4 AND used_at IS NULL AND created_at > ?5
RETURNING event_id, sealed_verifier, asked_scopes, created_at`;

const WHY = `
SELECT event_id, used_at, created_at FROM oauth_flows WHERE state_hash = ? AND kind = ? AND browser_hash = ?`;

/** Takes the flow that a callback's state names, once, for the browser that began it. */
export async function takeFlow(
  c: AppContext,
  kind: FlowKind,
  state: string,
): Promise<Result<Flow, FlowProblem>> {
  const world = c.get("world");
  const stateHash = await sha256Hex(state);
  const cookie = flowCookieName(stateHash);
  const browser = getCookie(c, cookie);
  if (browser === undefined) return fail({ why: "foreign", eventId: null });
  const browserHash = await sha256Hex(browser);
  const row = await world.db.raw
    .prepare(TAKE)
    .bind(world.now(), stateHash, kind, browserHash, world.now() - FLOW_LIFETIME_MS)
    .first<FlowRow>();
  if (row === null) return fail(await whyNot(c, [stateHash, kind, browserHash]));
  const verifier = await unseal(verifierRing(world), verifierPlace(stateHash), row.sealed_verifier);
  if (!verifier.ok) return fail({ why: "expired", eventId: row.event_id });
  return ok({
    eventId: row.event_id,
    verifier: verifier.text,
    askedScopes: JSON.parse(row.asked_scopes) as string[],
  });
}

async function whyNot(c: AppContext, key: readonly [string, FlowKind, string]): Promise<FlowProblem> {
  const row = await c
    .get("world")
    .db.raw.prepare(WHY)
    .bind(...key)
    .first<{ event_id: string; used_at: number | null }>();
  if (row === null) return { why: "foreign", eventId: null };
  return { why: row.used_at === null ? "expired" : "used", eventId: row.event_id };
}
