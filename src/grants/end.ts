import { type ConnectionReason, endConnection } from "../connections/index.ts";
import { bounded } from "../lib/bounded.ts";
import { COPY_LIMIT_MS, deleteCopy } from "./copy.ts";
import { type Custody, save, scheduleAlarm } from "./custody.ts";
import type { GrantIdentity } from "./identity.ts";
import { EMPTY, type EndedGrant } from "./state.ts";

/**
 * Ends the grant that is held: the tokens are gone at once, the registry is told now or by the alarm.
 * @param reason null where whoever ends it has told the registry already.
 */
export async function endHeld(custody: Custody, reason: ConnectionReason | null): Promise<void> {
  const { held } = custody.state;
  if (held === null) return;
  const { identity, connectionId, generation } = held;
  custody.orphan = null;
  custody.world.log.warn("grant.ended", { connectionId, generation, reason });
  if (identity.kind === "user") {
    custody.lastEnded = generation;
    custody.state = EMPTY;
    await custody.store.wipe();
    return;
  }
  const at = custody.world.now();
  const ended = { identity, connectionId, generation, reason, at, isReported: false };
  await save(custody, { ...EMPTY, ended });
  await reportEnd(custody);
}

/** Tells the registry of an end, and deletes the database's copy. Safe to repeat; the alarm does, until it is done. */
export async function reportEnd(custody: Custody): Promise<void> {
  const { ended } = custody.state;
  if (ended === null) return;
  try {
    await tellRegistry(custody, ended);
    if (custody.state.ended === ended) {
      await save(custody, { ...custody.state, ended: { ...ended, isReported: true } });
    }
  } catch (error) {
    const { connectionId } = ended;
    custody.world.log.warn("grant.end_not_reported", { connectionId, error: String(error) });
  }
  await scheduleAlarm(custody);
}

async function tellRegistry(custody: Custody, ended: EndedGrant): Promise<void> {
  const { identity, reason, at, generation } = ended;
  if (identity.kind !== "installation") return;
  const { eventId, organizationId } = identity;
  if (reason !== null) {
    const ending = { eventId, organizationId, reason, at, generation };
    await bounded(endConnection(custody.world, ending), COPY_LIMIT_MS, "the end of a connection");
  }
  await deleteCopy(custody.world, identity, generation);
}

/** Ends the grant on somebody's word: of the life given, or of whichever runs. A later life is left alone. */
export async function close(
  custody: Custody,
  identity: GrantIdentity,
  generation: number | null,
): Promise<void> {
  const { held } = custody.state;
  if (held !== null) {
    if (generation === null || held.generation <= generation) await endHeld(custody, null);
    return;
  }
  if (identity.kind === "installation") {
    await deleteCopy(custody.world, identity, generation ?? Number.MAX_SAFE_INTEGER);
  }
}
