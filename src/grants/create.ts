import type { World } from "../world.ts";
import { INSTALLATION_LIMITS, USER_LIMITS } from "./budget.ts";
import type { Custody } from "./custody.ts";
import { CallGate } from "./gate.ts";
import type { GrantIdentity } from "./identity.ts";
import { GrantStore, type ObjectStorage } from "./store.ts";

/** A fresh instance over what the storage holds. Every field that is not stored starts as after a crash. */
export function createCustody(
  world: World,
  storage: ObjectStorage,
  waitUntil: (work: Promise<unknown>) => void,
  kind: GrantIdentity["kind"],
): Custody {
  const store = new GrantStore(storage);
  const state = store.readState();
  const custody: Custody = {
    world,
    store,
    gate: openGate(() => custody.world, store, state.held?.identity.kind ?? kind),
    steps: () => undefined,
    waitUntil,
    state,
    flight: null,
    orphan: null,
    installations: 0,
    installing: Promise.resolve(),
    lastEnded: 0,
    lookedAt: 0,
  };
  return custody;
}

/** The gate of a kind of grant: their limits differ. What was used is read from the storage. */
export function openGate(world: () => World, store: GrantStore, kind: GrantIdentity["kind"]): CallGate {
  return new CallGate(
    {
      now: () => world().now(),
      random: Math.random,
      load: () => store.readBudget(),
      save: (budget) => store.writeBudget(budget),
      setTimer: (run, ms) => setTimeout(run, ms),
      clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    },
    kind === "user" ? USER_LIMITS : INSTALLATION_LIMITS,
  );
}
