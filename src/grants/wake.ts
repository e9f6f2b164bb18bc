import { type Custody, ringOf, save, scheduleAlarm } from "./custody.ts";
import { isRefreshDue, PATIENCE_MS } from "./decide.ts";
import { endHeld, reportEnd } from "./end.ts";
import { heal, lookForLaterLife } from "./heal.ts";
import { refresh } from "./refresh.ts";
import { openPair, sealPair } from "./sealing.ts";
import { noteUserKey } from "./seals.ts";

/**
 * What the object does when its alarm wakes it: tells of an end, refreshes, seals again under the first key, compares
 * itself with the registry. Never throws: the platform would run it again at once, and give up after six times.
 */
export async function wake(custody: Custody): Promise<void> {
  custody.store.alarmRan();
  try {
    await (custody.state.held?.identity.kind === "user" ? wakeUser(custody) : wakeInstallation(custody));
  } catch (error) {
    custody.world.log.error("grant.wake_failed", { error: String(error) });
  }
  await scheduleAlarm(custody);
}

async function wakeInstallation(custody: Custody): Promise<void> {
  if (custody.state.ended?.isReported === false) await reportEnd(custody);
  if (custody.state.lost !== null) await lookForLaterLife(custody);
  await refreshWhereDue(custody);
  await resealWhereDue(custody);
  await heal(custody);
}

/** No refresh keeps it alive: who has not come for 90 days signs in again. */
async function wakeUser(custody: Custody): Promise<void> {
  const { held } = custody.state;
  if (held !== null && custody.world.now() >= held.refreshExpiresAt) return endHeld(custody, null);
  await resealWhereDue(custody);
}

async function refreshWhereDue(custody: Custody): Promise<void> {
  const { held, intent } = custody.state;
  if (held === null) return;
  const now = custody.world.now();
  const isIntentDue = intent !== null && (now - intent.at >= PATIENCE_MS || intent.at > now);
  const isOver = now >= held.endsAt;
  if (isIntentDue || isOver || isRefreshDue(held, custody.gate.lastUsedAt(), now)) await refresh(custody);
}

/** Seals the pair again where another key is the first of the ring by now. */
async function resealWhereDue(custody: Custody): Promise<void> {
  const { held } = custody.state;
  const ring = ringOf(custody);
  if (held === null || held.keyId === ring[0]?.kid || custody.flight !== null) return;
  const { connectionId } = held;
  const pair = await openPair(ring, held);
  if (!pair.ok) {
    custody.world.log.error("grant.reseal_refused", { connectionId, why: pair.failure.kind });
    return;
  }
  const sealed = { ...held, ...(await sealPair(ring, held, pair.value)), isCopied: false };
  // A refresh that began meanwhile seals with the new key anyway.
  if (custody.state.held !== held || custody.state.intent !== null) return;
  await save(custody, { ...custody.state, held: sealed });
  await (held.identity.kind === "user" ? noteUserKey(custody.world, sealed) : heal(custody));
  custody.world.log.info("grant.resealed", { connectionId, keyId: sealed.keyId });
}
