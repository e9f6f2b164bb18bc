import type { Core } from "../core.ts";
import { corruptBody } from "../faults/corrupt-body.ts";
import { fits } from "../faults/match.ts";
import { applyPlacement } from "../faults/placement.ts";
import type { Json } from "../state/snapshots.ts";
import type { Delivery } from "./log.ts";

export interface Emission {
  type: string;
  event_id: string | null;
  data: Json;
  /** Also for events that are not, or no longer, connected. */
  unconnected?: boolean;
}

/** The deliveries that an emission led to, or why there is none. */
export interface Emitted {
  type: string;
  delivery_ids: string[];
  not_sent: string | null;
}

/** Puts a webhook on its way. */
export function emit(core: Core, emission: Emission): Emitted {
  const obstacle = obstacleTo(core, emission);
  if (obstacle) return { type: emission.type, delivery_ids: [], not_sent: obstacle };
  const faults = core.faults.forDelivery(emission, 1, "body");
  const envelope = {
    id: `wev_${core.secrets.chars(12)}`,
    type: emission.type,
    occurred_at: core.clock.stamp(),
    event_id: emission.event_id,
    organization_id: organizationOf(core, emission.event_id),
    data: emission.data,
  };
  const { body, eventHeader } = corruptBody(envelope, faults);
  const delivery: Delivery = {
    id: core.secrets.uuid(),
    body_id: envelope.id,
    type: emission.type,
    event_id: envelope.event_id,
    organization_id: envelope.organization_id,
    occurred_at: envelope.occurred_at,
    status: "pending",
    due_at: null,
    body,
    event_header: eventHeader,
    request_id: core.secrets.uuid(),
    first_timestamp: null,
    attempts: [],
    faults: faults.map((fault) => fault.kind),
    curve_from: 0,
    repeats: 0,
    unplan: null,
  };
  const placed = applyPlacement(core, delivery, core.faults.forDelivery(emission, 1, "placement"));
  return { type: emission.type, delivery_ids: placed, not_sent: null };
}

function organizationOf(core: Core, eventId: string | null): string | null {
  if (eventId === null) return null;
  return core.store.events.get(eventId)?.organization_id ?? core.store.organization.id;
}

function obstacleTo(core: Core, emission: Emission): string | null {
  const { settings, integration, connections } = core;
  if (!settings.webhook_url) return "no webhook URL is registered";
  // A manifest may declare a family of types at once: `thread.*`.
  const isDeclared = integration.declared_webhook_event_types.some((declared) =>
    fits(declared, emission.type),
  );
  if (!isDeclared && !settings.deliver_undeclared) return "the manifest does not declare this event type";
  const isConnected = emission.event_id === null || connections.isActive(emission.event_id);
  return isConnected || emission.unconnected ? null : "the event is not connected";
}
