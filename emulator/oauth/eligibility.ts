import type { Core } from "../core.ts";
import { applicationOf } from "../state/store.ts";
import type { Account } from "../state/types.ts";
import type { AuthorizationRequest, RefusalCode } from "./request.ts";

/** Who cannot go on, and why; undefined: nothing stands in the way. */
export function refusalFor(
  core: Core,
  request: AuthorizationRequest,
  account: Account | undefined,
): RefusalCode | undefined {
  const event = core.store.events.get(request.event_id);
  if (!event) return "event_not_found";
  return request.kind === "installation"
    ? refuseConnect(core, request.event_id, account)
    : refuseLogin(core, request.event_id, account);
}

function refuseConnect(core: Core, eventId: string, account: Account | undefined): RefusalCode | undefined {
  const { integration, store, connections } = core;
  if (integration.status === "suspended") return "integration_suspended";
  if (integration.status === "unpublished") return "integration_unpublished";
  if (integration.status === "deprecated" && !connections.isActive(eventId)) return "integration_deprecated";
  if (!store.organization.formal) return "organization_not_formal";
  if (store.events.get(eventId)?.archived_at) return "event_archived";
  if (account && account.kind !== "organizer") return "not_organizer";
  return undefined;
}

/** Login with Revento: in the catalog, connected by the organizer, and one application of whatever status. */
function refuseLogin(core: Core, eventId: string, account: Account | undefined): RefusalCode | undefined {
  const { integration, store, connections } = core;
  if (integration.status === "suspended") return "integration_suspended";
  if (integration.status === "unpublished") return "integration_unpublished";
  if (!connections.isActive(eventId)) return "event_not_connected";
  if (account && !applicationOf(store, account.id, eventId)) return "no_application";
  return undefined;
}
