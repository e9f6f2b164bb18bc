import { statusForReason } from "../connections/index.ts";
import type { Failure, Result } from "../failure.ts";
import { fail, ok } from "../failure.ts";
import { readRegistry } from "./copy.ts";
import { type Custody, type FlightEnd, ringOf } from "./custody.ts";
import { ageOf } from "./decide.ts";
import { reportEnd } from "./end.ts";
import { adoptCopy, endLostLife, heal, lookForLaterLife } from "./heal.ts";
import type { GrantIdentity } from "./identity.ts";
import { refresh, waitForRefresh } from "./refresh.ts";
import { openToken } from "./sealing.ts";
import type { HeldGrant } from "./state.ts";

export interface Access {
  readonly held: HeldGrant;
  readonly token: string;
}

/** How often a grant in use compares itself with the registry, and an ended one tells it again. */
const LOOK_MS = 10 * 60_000;

/** The grant that is held; where the storage is empty, the database's copy. */
export async function heldGrant(custody: Custody, identity: GrantIdentity): Promise<Result<HeldGrant>> {
  const { held, ended } = custody.state;
  if (held !== null) {
    if (custody.world.now() - custody.lookedAt > LOOK_MS) custody.waitUntil(heal(custody));
    return ok(held);
  }
  if (ended !== null) {
    await tellAgain(custody);
    return fail(notConnected(ended.reason === null ? "ended" : statusForReason(ended.reason), ended.reason));
  }
  return identity.kind === "user" ? fail(notConnected("signed_out", null)) : recover(custody, identity);
}

const notConnected = (status: string, reason: string | null): Failure => ({
  kind: "not_connected",
  status,
  reason,
});

/** After the database was restored, it may have forgotten the end. */
async function tellAgain(custody: Custody): Promise<void> {
  const now = custody.world.now();
  if (now - custody.lookedAt <= LOOK_MS) return;
  custody.lookedAt = now;
  custody.waitUntil(
    reportEnd(custody)
      .then(() => lookForLaterLife(custody))
      .catch((error) => custody.world.log.warn("grant.registry_not_compared", { error: String(error) })),
  );
}

async function recover(
  custody: Custody,
  identity: GrantIdentity & { kind: "installation" },
): Promise<Result<HeldGrant>> {
  try {
    const view = await readRegistry(custody.world, identity);
    if (view === null) return fail(notConnected("ended", null));
    if (view.state !== "active") return fail(notConnected(view.state, view.reason));
    const isAdopted = await adoptCopy(custody, identity, view.generation);
    if (isAdopted && custody.state.held !== null) return ok(custody.state.held);
    await endLostLife(custody, identity, view);
    return fail(notConnected("reconnect_required", "lost_rotation"));
  } catch {
    return fail({ kind: "storage_unavailable", detail: "the copy of the grant cannot be read" });
  }
}

/**
 * An access token that serves: refreshed before it is handed out where it has expired, or where Revento said so of
 * `dead`; while one merely comes to its end, the refresh runs beside the call.
 */
export async function accessToken(custody: Custody, dead: string | null): Promise<Result<Access>> {
  const { held } = custody.state;
  if (held === null) return fail(failureOf(custody, { kind: "over" }));
  const token = await openToken(ringOf(custody), held, "access");
  if (!token.ok) return token;
  const age = ageOf(held, custody.world.now());
  if (age === "early") void refresh(custody);
  if (age !== "expired" && token.value !== dead) return ok({ held, token: token.value });
  const end = await waitForRefresh(custody);
  const current = custody.state.held;
  if (end.kind !== "fresh" || current === null) return fail(failureOf(custody, end));
  const next = await openToken(ringOf(custody), current, "access");
  return next.ok ? ok({ held: current, token: next.value }) : next;
}

/** What a caller is told of a refresh that brought no token. */
export function failureOf(custody: Custody, end: FlightEnd): Failure {
  if (end.kind === "waiting") return { kind: "throttled", retryInS: end.retryInS };
  if (end.kind === "locked") return { kind: "misconfigured", keys: end.keys };
  const { ended } = custody.state;
  if (ended === null) return notConnected("signed_out", null);
  const { reason } = ended;
  return notConnected(reason === null ? "ended" : statusForReason(reason), reason);
}
