import { readRegistry } from "./copy.ts";
import type { Custody, FlightEnd } from "./custody.ts";
import { type CopyMark, isNewer } from "./decide.ts";
import { adoptCopy } from "./heal.ts";
import type { HeldGrant } from "./state.ts";

/** The database's mark of a grant; null where there is no copy, for a user grant always. */
export async function readMark(
  custody: Custody,
  { identity }: HeldGrant,
): Promise<CopyMark | null | "unreadable"> {
  if (identity.kind === "user") return null;
  try {
    return (await readRegistry(custody.world, identity))?.copy ?? null;
  } catch {
    return "unreadable";
  }
}

/** Takes over the copy of the life that is running, which is newer than what is held. */
export async function adopt(custody: Custody, held: HeldGrant): Promise<FlightEnd> {
  if (held.identity.kind === "user") return { kind: "waiting", retryInS: 5 };
  const isAdopted = await adoptCopy(custody, held.identity, held.generation);
  return isAdopted ? { kind: "fresh" } : { kind: "waiting", retryInS: 15 };
}

/** Adopts the database's copy where it is newer than what is held: the old instance was faster. */
export async function adoptNewer(
  custody: Custody,
  held: HeldGrant,
): Promise<FlightEnd | "none" | "unreadable"> {
  const mark = await readMark(custody, held);
  if (mark === "unreadable") return "unreadable";
  return mark !== null && isNewer(mark, held) ? adopt(custody, held) : "none";
}
