import type { Result } from "../failure.ts";
import { sha256Hex } from "../lib/encoding.ts";
import { exchangeRefreshToken, type TokenAnswer } from "../revento/index.ts";
import { adopt, readMark } from "./adopt.ts";
import { type Custody, type FlightEnd, isRunning, ringOf, save, scheduleAlarm } from "./custody.ts";
import { judgeIntent, patienceS, postponedUntil, WAITER_MS } from "./decide.ts";
import { endHeld } from "./end.ts";
import { persist } from "./persist.ts";
import { openToken } from "./sealing.ts";
import type { HeldGrant, Intent } from "./state.ts";
import { settleAnswer } from "./verdict.ts";

/**
 * The one refresh at a time: whoever asks while it is under way gets the same one. It is kept alive when all who
 * wait have gone, because an abandoned answer is a lost rotation.
 */
export function refresh(custody: Custody): Promise<FlightEnd> {
  if (custody.flight !== null) return custody.flight;
  const flight = fly(custody)
    .catch((error): FlightEnd => {
      custody.world.log.error("grant.refresh_broke", { error: String(error) });
      return { kind: "waiting", retryInS: 5 };
    })
    .finally(() => {
      custody.flight = null;
      return scheduleAlarm(custody).catch(() => undefined);
    });
  custody.flight = flight;
  custody.waitUntil(flight);
  return flight;
}

/** The same, for at most 8 s. The exchange goes on. */
export async function waitForRefresh(custody: Custody): Promise<FlightEnd> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<FlightEnd>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "waiting", retryInS: 10 }), WAITER_MS);
  });
  const end = await Promise.race([refresh(custody), patience]);
  clearTimeout(timer);
  return end;
}

async function fly(custody: Custody): Promise<FlightEnd> {
  const { held, intent, postponed } = custody.state;
  const now = custody.world.now();
  if (held === null) return { kind: "over" };
  if (now >= held.endsAt) {
    await endHeld(custody, "grant_expired");
    return { kind: "over" };
  }
  if (custody.orphan !== null && custody.orphan.generation === held.generation) {
    const isDurable = await persist(custody, custody.orphan);
    return isDurable ? { kind: "fresh" } : { kind: "waiting", retryInS: 10 };
  }
  const notBefore = postponedUntil(postponed, now);
  if (notBefore !== null) return waitUntil(notBefore, now);
  if (intent !== null) {
    const settled = await settleIntent(custody, held, intent);
    if (settled !== "try") return settled;
  }
  return exchange(custody, held, intent);
}

const waitUntil = (at: number, now: number): FlightEnd => ({
  kind: "waiting",
  retryInS: Math.max(1, Math.ceil((at - now) / 1000)),
});

/** What an intent found open means: adopt what the old instance stored, wait for it, or try the stored token once. */
async function settleIntent(custody: Custody, held: HeldGrant, intent: Intent): Promise<FlightEnd | "try"> {
  const now = custody.world.now();
  // The clock went back: patience starts anew, and not a day later.
  if (intent.at > now) await save(custody, { ...custody.state, intent: { ...intent, at: now } });
  const copy = await readMark(custody, held);
  if (!isRunning(custody, held)) return { kind: "over" };
  switch (judgeIntent(held, intent, copy, now)) {
    case "adopt":
      return adopt(custody, held);
    case "wait":
      return { kind: "waiting", retryInS: Math.min(patienceS(intent, now), 75) };
    case "try":
      return "try";
  }
}

async function exchange(custody: Custody, held: HeldGrant, open: Intent | null): Promise<FlightEnd> {
  const { world } = custody;
  const token = await openToken(ringOf(custody), held, "refresh");
  if (!token.ok) return locked(custody, held, token);
  const hash = await sha256Hex(token.value);
  await custody.steps("intent_writing");
  // A reconnect may have come in between: its state must not get an intent of the earlier life.
  if (!isRunning(custody, held)) return { kind: "over" };
  const at = world.now();
  const rotation = (open?.rotation ?? held.rotation) + 1;
  const intent = { generation: held.generation, rotation, at, hash };
  await save(custody, { ...custody.state, intent });
  await scheduleAlarm(custody);
  await custody.steps("intent_written");
  const answer: TokenAnswer = await exchangeRefreshToken(world, world.config, token.value);
  await custody.steps("exchange_answered");
  return settleAnswer(custody, { held, intent, open, at, refreshToken: token.value }, answer);
}

function locked(custody: Custody, held: HeldGrant, opened: Result<string> & { ok: false }): FlightEnd {
  const { failure } = opened;
  const { connectionId } = held;
  if (failure.kind !== "misconfigured") {
    custody.world.log.error("grant.seal_refused", { connectionId });
    return { kind: "waiting", retryInS: 60 };
  }
  custody.world.log.error("grant.key_missing", { connectionId, keys: failure.keys.join() });
  return { kind: "locked", keys: failure.keys };
}
