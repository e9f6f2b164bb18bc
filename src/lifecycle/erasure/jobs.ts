import type { World } from "../../world.ts";
import { ledgerOf } from "../ledger.ts";
import type { Erasure } from "../ledger-shape.ts";

/** A job that has not run this long after its time is lost. One that fails comes again within 15 minutes. */
const LOST_AFTER_MS = 3_600_000;

const SHORTEST_WAIT_S = 5;
const LONGEST_WAIT_S = 900;

/** Jobs that were to run by then are lost: another one has to go on. */
export const lostUpTo = (now: number): number => now - LOST_AFTER_MS;

export const hasJob = ({ nextJobAt }: Erasure, now: number): boolean => (nextJobAt ?? 0) > lostUpTo(now);

/** Sends a job for each of these erasures. */
export async function sendErasureJobs(world: World, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await world.env.SYNC.send({ kind: "erasure.chunk", connectionId: id, erasureId: id });
  }
  if (ids.length > 0) await ledgerOf(world).expectJobs(ids, world.now());
}

/** How long a job waits for rows that are not gone yet: a quarter of the time since it was asked for, within bounds. */
export function waitS({ requestedAt, reappliedAt }: Erasure, now: number): number {
  const sinceS = (now - Math.max(requestedAt, reappliedAt ?? 0)) / 1000;
  return Math.round(Math.min(LONGEST_WAIT_S, Math.max(SHORTEST_WAIT_S, sinceS / 4)));
}
