import { ActionError } from "../actions/error.ts";
import type { Actions } from "../actions/index.ts";
import type { ActionResult } from "../actions/result.ts";
import type { Core } from "../core.ts";
import { changes, optional, type ParamKind, required } from "./params.ts";
import { BadRequest, type Body } from "./read.ts";

export interface ActionSpec {
  about: string;
  /** The fields of its body; a `?` marks those that may be left out. */
  fields: Record<string, `${ParamKind}${"" | "?"}`>;
  run: (actions: Actions, body: Body, core: Core) => ActionResult;
}

const EVENT = { event_id: "string" } as const;
const PARTICIPANT = { event_id: "string?", participant_id: "string" } as const;

export const ACTIVITY_FIELDS = {
  title: "string",
  description: "string",
  kind: "string",
  status: "string",
  start_at: "string",
  end_at: "string",
  capacity: "number",
  thread_id: "string",
  location_id: "string",
} as const;
const PROFILE_FIELDS = {
  first_name: "string",
  last_name: "string",
  display_name: "string",
  email: "string",
  custom_form_fields: "object",
} as const;
const EVENT_FIELDS = {
  title: "string",
  description: "string",
  city: "string",
  start_date: "string",
  end_date: "string",
} as const;
const THREAD_FIELDS = { name: "string", description: "string" } as const;
const LOCATION_FIELDS = { name: "string", kind: "string", capacity: "number" } as const;

function maybe<T extends Record<string, ParamKind>>(fields: T): Record<string, `${ParamKind}?`> {
  return Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, `${kind}?` as const]));
}

const event = (body: Body) => required(body, "event_id", "string");
const participantId = (body: Body) => required(body, "participant_id", "string");

/** The event of a participant: the one that is named, or the one that the participant is in. */
function eventOf(body: Body, core: Core): string {
  const named = optional(body, "event_id", "string") ?? core.store.eventOf.get(participantId(body));
  if (named === undefined) throw new ActionError(404, `there is no participant ${participantId(body)}`);
  return named;
}

type OnParticipant = (eventId: string, participantId: string) => ActionResult;

function onParticipant(about: string, pick: (actions: Actions) => OnParticipant): ActionSpec {
  return {
    about,
    fields: PARTICIPANT,
    run: (actions, body, core) => pick(actions)(eventOf(body, core), participantId(body)),
  };
}

function onEvent(about: string, pick: (actions: Actions) => (eventId: string) => ActionResult): ActionSpec {
  return { about, fields: EVENT, run: (actions, body) => pick(actions)(event(body)) };
}

function plain(about: string, pick: (actions: Actions) => () => ActionResult): ActionSpec {
  return { about, fields: {}, run: (actions) => pick(actions)() };
}

/** What participants and organizers do. */
export const PEOPLE_ACTIONS: Record<string, ActionSpec> = {
  apply: {
    about: "A new application, by an account or by a new person",
    fields: { ...EVENT, account: "string?" },
    run: (actions, body) => actions.apply(event(body), optional(body, "account", "string")),
  },
  approve: onParticipant("Approve an application", (actions) => actions.approve),
  reject: onParticipant("Reject an application", (actions) => actions.reject),
  "request-revision": onParticipant("Ask for a revision", (actions) => actions.requestRevision),
  resubmit: onParticipant("Send a revised application in", (actions) => actions.resubmit),
  register: onParticipant("The fee is paid: approved becomes registered", (actions) => actions.register),
  cancel: onParticipant("Withdraw; no webhook tells of it", (actions) => actions.cancel),
  reinstate: onParticipant("Take a withdrawal back; no webhook", (actions) => actions.reinstate),
  "edit-profile": {
    about: "Change a profile, or answers in the form",
    fields: { ...PARTICIPANT, ...maybe(PROFILE_FIELDS) },
    run: (actions, body, core) =>
      actions.editProfile(eventOf(body, core), participantId(body), changes(body, PROFILE_FIELDS)),
  },
  "sign-up": {
    about: "Sign up for an activity; reported after a quiet time",
    fields: { ...PARTICIPANT, activity_id: "string" },
    run: (actions, body, core) =>
      actions.signUp(eventOf(body, core), participantId(body), required(body, "activity_id", "string")),
  },
  "sign-off": {
    about: "Give the place in an activity back",
    fields: { ...PARTICIPANT, activity_id: "string" },
    run: (actions, body, core) =>
      actions.signOff(eventOf(body, core), participantId(body), required(body, "activity_id", "string")),
  },
  "revoke-user": {
    about: "A user revokes the integration, for one event or for all",
    fields: { account: "string", event_id: "string?" },
    run: (actions, body) =>
      actions.revokeUser(required(body, "account", "string"), optional(body, "event_id", "string")),
  },
};

/** What changes an event and its program. */
export const EVENT_ACTIONS: Record<string, ActionSpec> = {
  "update-event": {
    about: "Change an event",
    fields: { ...EVENT, ...maybe(EVENT_FIELDS) },
    run: (actions, body) => actions.updateEvent(event(body), changes(body, EVENT_FIELDS)),
  },
  "publish-event": onEvent("Publish an event", (actions) => actions.publishEvent),
  "unpublish-event": onEvent("Unpublish an event", (actions) => actions.unpublishEvent),
  "archive-event": onEvent("Archive an event: its connection ends", (actions) => actions.archiveEvent),
  "update-activity": {
    about: "Change an activity",
    fields: { ...EVENT, activity_id: "string", ...maybe(ACTIVITY_FIELDS) },
    run: (actions, body) =>
      actions.updateActivity(
        event(body),
        required(body, "activity_id", "string"),
        changes(body, ACTIVITY_FIELDS),
      ),
  },
  "add-activity": {
    about: "Add an activity",
    fields: { ...EVENT, ...maybe(ACTIVITY_FIELDS) },
    run: (actions, body) => actions.addActivity(event(body), changes(body, ACTIVITY_FIELDS)),
  },
  "remove-activity": {
    about: "Remove an activity",
    fields: { ...EVENT, activity_id: "string" },
    run: (actions, body) => actions.removeActivity(event(body), required(body, "activity_id", "string")),
  },
  "update-thread": {
    about: "Change a thread",
    fields: { ...EVENT, thread_id: "string", ...maybe(THREAD_FIELDS) },
    run: (actions, body) =>
      actions.updateThread(event(body), required(body, "thread_id", "string"), changes(body, THREAD_FIELDS)),
  },
  "update-location": {
    about: "Change a location",
    fields: { ...EVENT, location_id: "string", ...maybe(LOCATION_FIELDS) },
    run: (actions, body) =>
      actions.updateLocation(
        event(body),
        required(body, "location_id", "string"),
        changes(body, LOCATION_FIELDS),
      ),
  },
};

/** What ends and begins connections, and changes the manifest. */
export const LIFECYCLE_ACTIONS: Record<string, ActionSpec> = {
  disconnect: onEvent("The organizer disconnects the integration", (actions) => actions.disconnect),
  "remove-formal-status": plain(
    "The organization loses its formal status",
    (actions) => actions.removeFormalStatus,
  ),
  "restore-formal-status": plain(
    "The organization is formal again",
    (actions) => actions.restoreFormalStatus,
  ),
  suspend: plain("Suspend the integration: every token dies", (actions) => actions.suspend),
  unsuspend: plain("Lift the suspension; connections do not come back", (actions) => actions.unsuspend),
  deprecate: plain("Nothing new is connected; what exists works on", (actions) => actions.deprecate),
  "unpublish-integration": plain(
    "End of life: tokens die, deletion is due",
    (actions) => actions.unpublishIntegration,
  ),
  "publish-integration": plain("Back into the catalog", (actions) => actions.publishIntegration),
  "declare-scope": {
    about: "Declare a scope in the manifest: connections need consent again",
    fields: { name: "string", required: "boolean?", kind: "string?" },
    run: (actions, body) => {
      const kind = optional(body, "kind", "string");
      if (kind !== undefined && kind !== "installation" && kind !== "user") {
        throw new BadRequest("kind must be installation or user");
      }
      return actions.declareScope({
        name: required(body, "name", "string"),
        required: optional(body, "required", "boolean") ?? false,
        kind,
      });
    },
  },
  "withdraw-scope": {
    about: "Take a scope out of the manifest",
    fields: { name: "string" },
    run: (actions, body) => actions.withdrawScope(required(body, "name", "string")),
  },
  "declare-event-types": {
    about: "Replace the declared webhook event types",
    fields: { types: "strings" },
    run: (actions, body) => actions.declareEventTypes(required(body, "types", "strings")),
  },
  "register-redirect-uris": {
    about: "Replace the registered redirect URIs",
    fields: { uris: "strings" },
    run: (actions, body) => actions.registerRedirectUris(required(body, "uris", "strings")),
  },
  "rotate-webhook-secret": {
    about: "Sign with another secret from now on; the answer shows it",
    fields: { secret: "string?" },
    run: (actions, body) => actions.rotateWebhookSecret(optional(body, "secret", "string")),
  },
  "rotate-client-secret": {
    about: "Another client secret from now on; the answer shows it",
    fields: { secret: "string?" },
    run: (actions, body) => actions.rotateClientSecret(optional(body, "secret", "string")),
  },
};

export const ACTION_TABLE: Record<string, ActionSpec> = {
  ...PEOPLE_ACTIONS,
  ...EVENT_ACTIONS,
  ...LIFECYCLE_ACTIONS,
};
