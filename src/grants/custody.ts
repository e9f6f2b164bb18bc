import type { World } from "../world.ts";
import { nextAlarm } from "./decide.ts";
import type { CallGate } from "./gate.ts";
import type { GrantState, HeldGrant } from "./state.ts";
import type { StepObserver } from "./steps.ts";
import type { GrantStore } from "./store.ts";

/** How a refresh ended, for whoever waits for it. */
export type FlightEnd =
  /** A live pair is durable. */
  | { readonly kind: "fresh" }
  /** Nothing is known yet; the stored pair may still serve. */
  | { readonly kind: "waiting"; readonly retryInS: number }
  /** The key that sealed the pair is not in the ring. */
  | { readonly kind: "locked"; readonly keys: readonly string[] }
  | { readonly kind: "over" };

/**
 * One instance of a grant's object: what it holds in memory. Everything that has to survive is in `store`; the fields
 * here are either a copy of it or may be lost at any time.
 */
export interface Custody {
  world: World;
  readonly store: GrantStore;
  gate: CallGate;
  steps: StepObserver;
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** What may be handed out: only ever durable in the store or in the database. */
  state: GrantState;
  /** The one refresh under way. */
  flight: Promise<FlightEnd> | null;
  /** A rotated pair that could be written nowhere yet: never handed out, never forgotten while we live. */
  orphan: HeldGrant | null;
  /** Installations under way or waiting, and the last of them: one at a time. */
  installations: number;
  installing: Promise<unknown>;
  /**
   * The last life of a person that ended here: their end leaves nothing in the storage, and what that life has under way
   * must not touch a later one.
   */
  lastEnded: number;
  /** When the registry was last looked at. */
  lookedAt: number;
}

export const ringOf = (custody: Custody) => custody.world.config.tokenKeys;

/** Whether a pair is still of the life that is running. What began in an earlier life changes nothing any more. */
export const isRunning = (custody: Custody, held: HeldGrant): boolean =>
  custody.state.held?.generation === held.generation;

/** Makes a state durable here, then the one that counts. Throws where the storage does. */
export async function save(custody: Custody, state: GrantState): Promise<void> {
  custody.state = state;
  await custody.store.writeState(state);
}

/** Sets the alarm for what the state needs next. */
export async function scheduleAlarm(custody: Custody): Promise<void> {
  const now = custody.world.now();
  await custody.store.setAlarm(nextAlarm(custody.state, custody.gate.lastUsedAt(), now));
}
