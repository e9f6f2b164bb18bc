import { endConnection, restoreConnection } from "../connections/index.ts";
import { type Installation, isCopyOf, type RegistryView, readCopy, readRegistry, writeCopy } from "./copy.ts";
import { type Custody, isRunning, ringOf, save, scheduleAlarm } from "./custody.ts";
import { PATIENCE_MS } from "./decide.ts";
import { endHeld } from "./end.ts";
import { openPair } from "./sealing.ts";
import { EMPTY, type HeldGrant, type LostLife } from "./state.ts";

/** How the registry stands to the grant that is held. */
export type Standing = "same" | "uncopied" | "behind" | "ahead" | "over";

/** Behind: the database was restored to a time before this life. Ahead: this life is over, and a later one began. */
export function standingOf(view: RegistryView | null, held: HeldGrant): Standing {
  if (view === null || view.generation < held.generation) return "behind";
  if (view.generation > held.generation) return "ahead";
  if (view.state !== "active") return "over";
  return isCopyOf(view, held) ? "same" : "uncopied";
}

/**
 * Compares the grant with the registry and repairs what differs. The object is the source: where the database was
 * restored to an earlier time, it is written again; where a later life began, this one ends.
 */
export async function heal(custody: Custody): Promise<void> {
  const { held } = custody.state;
  if (held === null || held.identity.kind !== "installation") return;
  custody.lookedAt = custody.world.now();
  try {
    const view = await readRegistry(custody.world, held.identity);
    if (isRunning(custody, held)) await repair(custody, held, held.identity, view);
  } catch (error) {
    const { connectionId } = held;
    custody.world.log.warn("grant.registry_not_compared", { connectionId, error: String(error) });
  }
  await scheduleAlarm(custody);
}

/** The same where nothing is held: whether a later life began that this object was not told of. */
export async function lookForLaterLife(custody: Custody): Promise<void> {
  const { ended, lost } = custody.state;
  const identity = ended?.identity ?? lost?.identity;
  if (identity?.kind !== "installation") return;
  custody.lookedAt = custody.world.now();
  const view = await readRegistry(custody.world, identity);
  if (view !== null && view.generation > (ended?.generation ?? 0)) await giveWay(custody, identity, view);
  else await noteLost(custody, null);
}

async function repair(
  custody: Custody,
  held: HeldGrant,
  identity: Installation,
  view: RegistryView | null,
): Promise<void> {
  switch (standingOf(view, held)) {
    case "same":
      return noteCopied(custody, held);
    case "behind":
      custody.world.log.warn("grant.registry_behind", { connectionId: held.connectionId });
      await restoreConnection(custody.world, { ...identity, ...held });
      return copyAgain(custody, held);
    case "uncopied":
      return copyAgain(custody, held);
    case "ahead":
      if (view !== null) await giveWay(custody, identity, view);
      return;
    case "over":
      return endHeld(custody, null);
  }
}

async function copyAgain(custody: Custody, held: HeldGrant): Promise<void> {
  const view = await writeCopy(custody.world, held);
  if (view !== null && isCopyOf(view, held)) await noteCopied(custody, held);
}

async function noteCopied(custody: Custody, held: HeldGrant): Promise<void> {
  const { state } = custody;
  if (state.held === null || state.held.isCopied) return;
  if (state.held.generation !== held.generation || state.held.rotation !== held.rotation) return;
  await save(custody, { ...state, held: { ...state.held, isCopied: true } });
}

/**
 * A later life began elsewhere: its copy is adopted where there is one. Where there is none, its installation was cut
 * off, and its tokens are lost: said so once it can no longer be under way.
 */
async function giveWay(custody: Custody, identity: Installation, view: RegistryView): Promise<void> {
  if (await adoptCopy(custody, identity, view.generation)) return;
  if (custody.state.held !== null && custody.state.held.generation < view.generation) {
    await endHeld(custody, null);
  }
  await endLostLife(custody, identity, view);
}

/**
 * Ends a life that the registry calls active and of which no tokens are anywhere, after the usual patience. Since when
 * is stored, and the alarm comes back: whoever asked may be the last for a while.
 */
export async function endLostLife(
  custody: Custody,
  identity: Installation,
  { generation, state }: RegistryView,
): Promise<void> {
  if (custody.installations > 0) return;
  const { held, lost } = custody.state;
  const isHeld = held !== null && held.generation >= generation;
  if (state !== "active" || isHeld) return noteLost(custody, null);
  const now = custody.world.now();
  // A clock that went back begins the patience anew.
  if (lost?.generation !== generation || lost.since > now) {
    return noteLost(custody, { identity, generation, since: now });
  }
  if (now - lost.since < PATIENCE_MS) return;
  const { eventId, organizationId } = identity;
  await endConnection(custody.world, {
    eventId,
    organizationId,
    generation,
    reason: "lost_rotation",
    at: now,
  });
  await noteLost(custody, null);
}

async function noteLost(custody: Custody, lost: LostLife | null): Promise<void> {
  if (custody.state.lost === lost) return;
  await save(custody, { ...custody.state, lost });
  await scheduleAlarm(custody);
}

/**
 * Takes over the database's copy of a life, if it opens.
 * @returns whether it is held now.
 * @throws where D1 does not answer.
 */
export async function adoptCopy(
  custody: Custody,
  identity: Installation,
  generation: number,
): Promise<boolean> {
  const copy = await readCopy(custody.world, identity);
  if (copy === null || copy.generation !== generation) return false;
  const adopted = { ...copy, identity, isCopied: true };
  const opened = await openPair(ringOf(custody), adopted);
  if (!opened.ok) {
    const { connectionId } = copy;
    const why = opened.failure.kind === "misconfigured" ? opened.failure.keys.join() : "it was edited";
    custody.world.log.error("grant.copy_refused", { connectionId, why });
    return false;
  }
  const { held, ended } = custody.state;
  const isNewer =
    held === null ||
    held.generation < generation ||
    (held.generation === generation && held.rotation < copy.rotation);
  if (!isNewer || (ended !== null && ended.generation >= generation)) return held?.generation === generation;
  await save(custody, { ...EMPTY, held: adopted });
  custody.world.log.info("grant.copy_adopted", { connectionId: copy.connectionId, rotation: copy.rotation });
  await scheduleAlarm(custody);
  return true;
}
