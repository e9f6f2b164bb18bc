import { isCopyOf, type RegistryView, writeCopy } from "./copy.ts";
import { type Custody, isRunning, scheduleAlarm } from "./custody.ts";
import { reportEnd } from "./end.ts";
import { heal } from "./heal.ts";
import { noteUserKey } from "./seals.ts";
import { EMPTY, type HeldGrant } from "./state.ts";

/** The database's write leaves before the storage is touched: an instance that a deploy replaced is stopped there. */
const HEAD_START_MS = 100;
/** After both places failed. The waiters have gone by then; the pair is kept in memory. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000];

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Makes a new pair durable, in the database and in the storage side by side, and from then on the one that is handed
 * out. Settles as soon as either has it; the other is seen to in the background, and repaired by the alarm.
 * @returns whether it is durable anywhere. Where not, it stays the custody's orphan.
 */
export async function persist(
  custody: Custody,
  next: HeldGrant,
  further: readonly D1PreparedStatement[] = [],
): Promise<boolean> {
  custody.orphan = next;
  for (const delay of [0, ...RETRY_DELAYS_MS]) {
    if (delay > 0) await sleep(delay);
    if (isSuperseded(custody, next)) return true;
    // What counts is not repeated: the first try may have been committed all the same.
    if (await writeSideBySide(custody, next, delay === 0 ? further : [])) {
      custody.orphan = null;
      return true;
    }
  }
  return false;
}

/** A later life was installed, or this one ended, while we were writing: the pair is of no use to anybody. */
function isSuperseded(custody: Custody, next: HeldGrant): boolean {
  const { held, ended } = custody.state;
  if (next.identity.kind === "user") {
    const isSame = isRunning(custody, next);
    if (!isSame) custody.orphan = null;
    return !isSame;
  }
  const isLater = (held?.generation ?? 0) > next.generation || (ended?.generation ?? 0) >= next.generation;
  if (isLater) custody.orphan = null;
  return isLater;
}

async function writeSideBySide(
  custody: Custody,
  next: HeldGrant,
  further: readonly D1PreparedStatement[],
): Promise<boolean> {
  const copied = copy(custody, next, further);
  await Promise.race([copied, sleep(next.identity.kind === "user" ? 0 : HEAD_START_MS)]);
  const stored = store(custody, next);
  custody.waitUntil(finish(custody, next, copied, stored));
  const durable = await Promise.any([
    copied.then((view) => insist(view !== null)),
    stored.then((isStored) => insist(isStored)),
  ]).catch(() => false);
  if (!durable || isSuperseded(custody, next)) return durable;
  if (custody.state.held?.rotation !== next.rotation || !isRunning(custody, next)) {
    custody.state = { ...EMPTY, held: next };
  }
  await custody.steps("pair_settled");
  return true;
}

function insist(isDone: boolean): true {
  if (isDone) return true;
  throw new Error("not durable");
}

/** The registry after the copy was written, or null where the database does not hold this rotation. */
async function copy(
  custody: Custody,
  next: HeldGrant,
  further: readonly D1PreparedStatement[],
): Promise<RegistryView | null> {
  if (next.identity.kind === "user") return null;
  try {
    const view = await writeCopy(custody.world, next, further);
    await custody.steps("copy_written");
    return view !== null && isCopyOf(view, next) ? view : null;
  } catch (error) {
    custody.world.log.warn("grant.copy_failed", { connectionId: next.connectionId, error: String(error) });
    return null;
  }
}

async function store(custody: Custody, next: HeldGrant): Promise<boolean> {
  if (isSuperseded(custody, next)) return false;
  try {
    await custody.store.writeState({ ...EMPTY, held: next });
    await custody.steps("pair_stored");
    return true;
  } catch (error) {
    custody.world.log.error("grant.store_failed", {
      connectionId: next.connectionId,
      error: String(error),
    });
    return false;
  }
}

/** Notes what the database holds, compares with the registry where it does not, and sets the alarm. */
async function finish(
  custody: Custody,
  next: HeldGrant,
  copied: Promise<unknown>,
  stored: Promise<boolean>,
): Promise<void> {
  const [view, isStored] = await Promise.all([copied, stored]);
  const { held } = custody.state;
  // It ended while we were writing: what we wrote must go too.
  if (custody.state.ended !== null && view !== null) await reportEnd(custody);
  if (!isStored || held?.generation !== next.generation || held.rotation !== next.rotation) return;
  if (view !== null && !held.isCopied) {
    custody.state = { ...custody.state, held: { ...held, isCopied: true } };
    await custody.store.writeState(custody.state);
  }
  if (next.identity.kind === "user") await noteUserKey(custody.world, next);
  else if (view === null) await heal(custody);
  await scheduleAlarm(custody);
}
