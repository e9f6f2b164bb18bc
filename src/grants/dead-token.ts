import type { Failure } from "../failure.ts";
import { type Access, failureOf } from "./access.ts";
import { type Custody, isRunning, save } from "./custody.ts";
import { endHeld, reportEnd } from "./end.ts";
import { waitForRefresh } from "./refresh.ts";

/**
 * Judges a token that Revento called dead. Only after any open flight has settled, and only if it is still the one
 * that is held: a rotation may kill the old access token under a parallel call.
 *
 * `token_revoked` is final: the grant was ended on purpose, and is never refreshed. `invalid_token` says that Revento
 * does not know the token, not that anybody ended the grant: a refresh tells.
 * @returns null where the call is made again with another token.
 */
export async function endOfDeadToken(
  custody: Custody,
  access: Access,
  error: "invalid_token" | "token_revoked",
): Promise<Failure | null> {
  if (custody.flight !== null) await waitForRefresh(custody);
  if (custody.flight !== null) return { kind: "throttled", retryInS: 10 };
  const { held, intent } = custody.state;
  if (held === null) {
    if (error === "token_revoked") await tellPurpose(custody, access);
    return failureOf(custody, { kind: "over" });
  }
  if (!isRunning(custody, access.held)) return { kind: "not_connected", status: "ended", reason: null };
  if (held.rotation !== access.held.rotation || error === "invalid_token") return null;
  if (intent !== null) {
    // A flight of an instance that is gone is open too: it is settled like any other before anything is judged.
    const end = await waitForRefresh(custody);
    return end.kind === "fresh" ? null : failureOf(custody, end);
  }
  await endHeld(custody, "token_revoked");
  return failureOf(custody, { kind: "over" });
}

/**
 * The refresh beside this call was refused, and ended the grant as `invalid_grant`: that its access token was revoked
 * tells more, namely that somebody ended it. Of a lost rotation it tells nothing: that kills the old token as well.
 */
async function tellPurpose(custody: Custody, access: Access): Promise<void> {
  const { ended } = custody.state;
  if (ended?.reason !== "invalid_grant" || ended.generation !== access.held.generation) return;
  await save(custody, {
    ...custody.state,
    ended: { ...ended, reason: "token_revoked", isReported: false },
  });
  await reportEnd(custody);
}
