import type { Core } from "../core.ts";
import type { EndReason } from "../oauth/connections.ts";
import { revokeGrant } from "../oauth/grants.ts";
import { eventJson, type Json } from "../state/snapshots.ts";
import { type Emitted, emit } from "../webhooks/emit.ts";
import { ActionError } from "./error.ts";
import { findEvent } from "./find.ts";
import { type ActionResult, done } from "./result.ts";

/** `data.deletion_required` is the one webhook that is no snapshot. */
export function tellDeletion(core: Core, eventId: string, reason: EndReason): Emitted {
  const data: Json = { event_id: eventId, organization_id: core.store.organization.id };
  if (core.settings.deletion_reason) data.reason = reason;
  return emit(core, { type: "data.deletion_required", event_id: eventId, data, unconnected: true });
}

/** Ends every token of an event, its connection, and says that its data must go. */
function endConnection(core: Core, eventId: string, reason: EndReason): Emitted[] {
  for (const grant of core.grants.active((candidate) => candidate.event_id === eventId)) {
    revokeGrant(grant, reason, core.clock.now());
  }
  const connection = core.connections.get(eventId);
  if (!connection || connection.status === "ended") return [];
  Object.assign(connection, { status: "ended", reason, ended_at: core.clock.stamp() });
  return [tellDeletion(core, eventId, reason)];
}

/** The organizer disconnects the integration from an event. */
export function disconnect(core: Core, eventId: string): ActionResult {
  findEvent(core, eventId);
  const connection = core.connections.get(eventId);
  if (!connection || connection.status === "ended") throw new ActionError(409, `${eventId} is not connected`);
  const webhooks = endConnection(core, eventId, "organizer_revoked");
  return done({ ...connection }, webhooks);
}

export function archiveEvent(core: Core, eventId: string): ActionResult {
  const event = findEvent(core, eventId);
  if (event.archived_at !== null) throw new ActionError(409, `${eventId} is archived already`);
  event.archived_at = core.clock.stamp();
  event.updated_at = event.archived_at;
  return done(eventJson(event, core.store), endConnection(core, eventId, "event_archived"));
}

/** The organization loses its formal status: every connection of it ends. */
export function removeFormalStatus(core: Core): ActionResult {
  core.store.organization.formal = false;
  const webhooks = core.connections
    .all()
    .flatMap(({ event_id }) => endConnection(core, event_id, "formal_status_lost"));
  return done({ ...core.store.organization }, webhooks);
}

export function restoreFormalStatus(core: Core): ActionResult {
  core.store.organization.formal = true;
  return done({ ...core.store.organization });
}

function integrationData(core: Core): Json {
  const { name, client_id, status } = core.integration;
  return { client_id, name, status, changed_at: core.clock.stamp() };
}

function tellIntegration(core: Core, type: string): Emitted {
  return emit(core, { type, event_id: null, data: integrationData(core) });
}

/** Suspension: every token is dead at once; one webhook, as far as it gets. */
export function suspend(core: Core): ActionResult {
  if (core.integration.status === "suspended")
    throw new ActionError(409, "the integration is suspended already");
  core.integration.status = "suspended";
  for (const grant of core.grants.active(() => true)) revokeGrant(grant, "suspended", core.clock.now());
  for (const connection of core.connections.all()) {
    if (connection.status !== "active") continue;
    Object.assign(connection, { status: "suspended", reason: "suspended", ended_at: core.clock.stamp() });
  }
  return done(integrationData(core), [tellIntegration(core, "integration.suspended")]);
}

/** The integration can be connected again; connections do not come back by themselves. */
export function unsuspend(core: Core): ActionResult {
  if (core.integration.status !== "suspended") throw new ActionError(409, "the integration is not suspended");
  core.integration.status = "published";
  return done(integrationData(core));
}

/** Nothing new is connected from now on; what exists works on. */
export function deprecate(core: Core): ActionResult {
  core.integration.status = "deprecated";
  return done(integrationData(core));
}

/** End of life: every token dies, and deletion is due per connection. */
export function unpublishIntegration(core: Core): ActionResult {
  if (core.integration.status === "unpublished")
    throw new ActionError(409, "the integration is unpublished already");
  core.integration.status = "unpublished";
  const webhooks = [tellIntegration(core, "integration.unpublished")];
  for (const { event_id } of core.connections.all())
    webhooks.push(...endConnection(core, event_id, "unpublished"));
  return done(integrationData(core), webhooks);
}

/** Back into the catalog, from any other state. */
export function publishIntegration(core: Core): ActionResult {
  core.integration.status = "published";
  return done(integrationData(core));
}

/** Sends the webhook of the integration's state once more, without changing anything. */
export function tellAgain(core: Core, type: "integration.suspended" | "integration.unpublished"): Emitted {
  return tellIntegration(core, type);
}
