import type { TokenAnswer } from "../revento/index.ts";
import { adoptNewer } from "./adopt.ts";
import { type Custody, type FlightEnd, isRunning, ringOf, save } from "./custody.ts";
import { patienceS, postpone, refusalReason } from "./decide.ts";
import { endHeld } from "./end.ts";
import { issuePair } from "./issue.ts";
import { logOutcome, outcomeStatements, type RefreshOutcome, recordOf, reportOutcome } from "./outcomes.ts";
import { persist } from "./persist.ts";
import type { CallRecord } from "./protocol.ts";
import type { HeldGrant, Intent } from "./state.ts";

/** An exchange that was made. */
export interface Flight {
  /** What was held when it began. */
  readonly held: HeldGrant;
  readonly intent: Intent;
  /** The intent that was open before: an earlier answer may have been lost. */
  readonly open: Intent | null;
  /** When the request left. */
  readonly at: number;
  readonly refreshToken: string;
}

type Refused = TokenAnswer & { kind: "refused" };

/** The only refusals that are final. */
const isFinal = ({ error }: Refused): boolean => error === "invalid_grant" || error === "token_revoked";

/** Draws the conclusion from an answer of the token endpoint. */
export function settleAnswer(custody: Custody, flight: Flight, answer: TokenAnswer): Promise<FlightEnd> {
  const record = recordOf(answer, flight.at);
  if (answer.kind === "granted") return keep(custody, flight, answer, record);
  if (answer.kind === "unknown") return doubt(custody, flight, answer, record);
  return isFinal(answer)
    ? judgeRefusal(custody, flight, answer, record)
    : askLater(custody, flight, answer, record);
}

async function keep(
  custody: Custody,
  { held, intent, refreshToken }: Flight,
  { tokens }: TokenAnswer & { kind: "granted" },
  record: CallRecord,
): Promise<FlightEnd> {
  const { world } = custody;
  const life = { ...held, rotation: intent.rotation };
  const clock = { now: world.now(), random: Math.random() };
  const next = await issuePair(ringOf(custody), life, tokens, refreshToken, clock);
  await custody.steps("pair_sealed");
  const isDurable = await persist(custody, next, outcomeStatements(world, next, "success", record));
  if (!isDurable) {
    await reportOutcome(world, next, "persist_failed", record);
    return { kind: "waiting", retryInS: 10 };
  }
  logOutcome(world, next, "success", record);
  return isRunning(custody, held) ? { kind: "fresh" } : { kind: "over" };
}

/** Nobody knows whether the server rotated: the intent stays, and the stored token is not tried for a while. */
async function doubt(
  custody: Custody,
  { held, intent }: Flight,
  { why }: TokenAnswer & { kind: "unknown" },
  record: CallRecord,
): Promise<FlightEnd> {
  const outcome: RefreshOutcome = why === "network" ? "timeout" : why;
  await reportOutcome(custody.world, held, outcome, record);
  return { kind: "waiting", retryInS: patienceS(intent, custody.world.now()) };
}

/** Refused for another reason than the token, so nothing was rotated: asked again later. */
async function askLater(
  custody: Custody,
  { held, open }: Flight,
  answer: Refused,
  record: CallRecord,
): Promise<FlightEnd> {
  const { world } = custody;
  const now = world.now();
  const postponed = postpone(held, custody.state.postponed, answer, now, Math.random());
  if (isRunning(custody, held)) await save(custody, { ...custody.state, intent: open, postponed });
  await reportOutcome(world, held, "refused", record);
  return { kind: "waiting", retryInS: Math.ceil((postponed.until - now) / 1000) };
}

/**
 * A final refusal counts only for the token that is still the stored one of this life. What another instance stored
 * meanwhile is adopted first; while the database cannot say, an uncertain refusal is no verdict.
 */
async function judgeRefusal(
  custody: Custody,
  flight: Flight,
  answer: Refused,
  record: CallRecord,
): Promise<FlightEnd> {
  const { world } = custody;
  const { held, open } = flight;
  const newer = await adoptNewer(custody, held);
  if (newer === "unreadable" && open !== null) return { kind: "waiting", retryInS: 15 };
  if (typeof newer === "object") return newer;
  const { state } = custody;
  if (state.held?.generation !== held.generation) return { kind: "over" };
  if (state.held.rotation !== held.rotation || state.intent?.hash !== flight.intent.hash) {
    return { kind: "fresh" };
  }
  const reason = refusalReason(held, answer.error, open !== null, world.now());
  await endHeld(custody, reason);
  const outcome = reason === "lost_rotation" ? "lost_rotation" : "refused";
  await reportOutcome(world, held, outcome, record);
  return { kind: "over" };
}
