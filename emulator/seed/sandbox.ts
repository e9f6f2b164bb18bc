import type { Config } from "../options.ts";
import { idFor } from "../random.ts";
import type { Store } from "../state/store.ts";
import type { Account, EventRecord } from "../state/types.ts";
import { seedEvent } from "./event.ts";
import { person } from "./names.ts";
import { seedParticipants } from "./participants.ts";
import { ROLES } from "./texts.ts";

export const DAY_MS = 86_400_000;

/** People with an account but without an application, so that every refusal can be played. */
const ORGANIZERS = 2;
const STRANGERS = 1;

/** The sandbox as every reset restores it. `seededAt` fixes its dates. */
export function seedStore(config: Config, seededAt: number): Store {
  const { seed } = config;
  const store: Store = {
    organization: {
      id: idFor(seed, "org", "sandbox"),
      name: "Fundacja Przykładów (Revento Sandbox)",
      verified: true,
      formal: true,
    },
    roles: ROLES.map(([name, description]) => ({ id: idFor(seed, "rol", name), name, description })),
    events: new Map(),
    accounts: new Map(),
    eventOf: new Map(),
    applications: new Map(),
  };
  const stamp = new Date(seededAt - 30 * DAY_MS).toISOString();
  const add = (index: number, kind: Account["kind"]) => {
    const account = person(idFor(seed, "usr", `${kind} ${index}`), index, kind, stamp);
    store.accounts.set(account.id, account);
    return account;
  };
  // Organizers come from far along the names, so that they are not the first participants' namesakes.
  for (let index = 0; index < ORGANIZERS; index++) add(480 + index, "organizer");
  const people = { count: 0, add: (index: number) => add(index, "person") };
  for (let index = 0; index < config.events; index++) {
    const event = seedEvent(config, store, index, seededAt);
    store.events.set(event.id, event);
    seedParticipants(config, store, event, people, seededAt);
  }
  for (let index = 0; index < STRANGERS; index++) people.add(people.count + index);
  return store;
}

/** Puts the events back to their seed, in place, and keeps the accounts that exist. */
export function restoreStore(store: Store, fresh: Store): void {
  store.events.clear();
  for (const [id, event] of fresh.events) store.events.set(id, event);
  for (const [id, account] of fresh.accounts) store.accounts.set(id, account);
  store.eventOf = fresh.eventOf;
  store.applications = fresh.applications;
  store.roles = fresh.roles;
}

export type { EventRecord };
