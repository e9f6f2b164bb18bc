import type { Core } from "../core.ts";
import { revokeGrant } from "../oauth/grants.ts";
import { person } from "../seed/names.ts";
import { accountJson, participantJson } from "../state/snapshots.ts";
import { applicationOf } from "../state/store.ts";
import type { Account } from "../state/types.ts";
import { type Emitted, emit } from "../webhooks/emit.ts";
import { ActionError } from "./error.ts";
import { findAccount, findListed } from "./find.ts";
import { type ActionResult, done } from "./result.ts";

/** Somebody who was not there before. */
export function newPerson(core: Core): Account {
  const id = `usr_${core.secrets.chars(10)}`;
  const account = person(id, core.store.accounts.size, "person", core.clock.stamp());
  core.store.accounts.set(id, account);
  return account;
}

export interface ProfileChanges {
  first_name?: string | undefined;
  last_name?: string | undefined;
  display_name?: string | undefined;
  email?: string | undefined;
  /** Answers in the form of this event; merged with those that are there. */
  custom_form_fields?: Record<string, unknown> | undefined;
}

/** Changes a person's profile; every event that the person takes part in tells of it. */
export function editProfile(
  core: Core,
  eventId: string,
  participantId: string,
  changes: ProfileChanges = {},
): ActionResult {
  const { participant } = findListed(core, eventId, participantId);
  const account = findAccount(core, participant.user_id);
  const { custom_form_fields: answers, ...names } = changes;
  Object.assign(account, withoutUndefined(names));
  const renamed = names.first_name !== undefined || names.last_name !== undefined;
  if (renamed && names.display_name === undefined) {
    account.display_name = `${account.first_name} ${account.last_name}`;
  }
  account.updated_at = core.clock.stamp();
  if (answers) participant.custom_form_fields = { ...participant.custom_form_fields, ...answers };
  return done(participantJson(participant, core.store), tellEverywhere(core, account));
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}

function tellEverywhere(core: Core, account: Account): Emitted[] {
  const webhooks: Emitted[] = [];
  for (const event of core.store.events.values()) {
    const own = applicationOf(core.store, account.id, event.id);
    if (!own) continue;
    own.updated_at = account.updated_at;
    const data = participantJson(own, core.store);
    webhooks.push(emit(core, { type: "participant.profile_updated", event_id: event.id, data }));
  }
  return webhooks;
}

/** The person revokes the integration under "Settings → Connected apps", for one event or for all. */
export function revokeUser(core: Core, account: string, eventId?: string): ActionResult {
  const { id } = findAccount(core, account);
  const isTheirs = (event: string) => eventId === undefined || event === eventId;
  const grants = core.grants.active(
    (grant) => grant.kind === "user" && grant.user_id === id && isTheirs(grant.event_id),
  );
  if (grants.length === 0) throw new ActionError(409, `${id} has not authorized the integration`);
  const events = [...new Set(grants.map((grant) => grant.event_id))];
  for (const grant of grants) revokeGrant(grant, "user_revoked", core.clock.now());
  const webhooks = events.map((event) => tellRevoked(core, id, event));
  return done(accountJson(findAccount(core, id)), webhooks);
}

export function tellRevoked(core: Core, userId: string, eventId: string): Emitted {
  const participant = applicationOf(core.store, userId, eventId);
  const data = {
    user_id: userId,
    event_id: eventId,
    participant_id: participant?.id ?? null,
    revoked_at: core.clock.stamp(),
  };
  // Also where the organizer has disconnected meanwhile: it concerns the user's own data.
  return emit(core, { type: "user.revoked_access", event_id: eventId, data, unconnected: true });
}
