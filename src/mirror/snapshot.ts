import { asText, asTime, hashOf, type JsonObject, storable } from "../lib/json.ts";
import type { Happening } from "../outbox/index.ts";
import type { Address, Resource } from "./address.ts";
import { fromApplication, fromPage, fromParticipant, type ParticipantRow } from "./participant-row.ts";
import type { ResourceRow } from "./upsert-resources.ts";

type Unplaced<Row extends Address> = Omit<Row, "c" | "e" | "o" | "g">;

/** A snapshot, read: of a participant or of anything else. Its connection is not known yet. */
export type Snapshot =
  | { readonly of: "participant"; readonly row: Unplaced<Address & ParticipantRow> }
  | { readonly of: "resource"; readonly row: Unplaced<ResourceRow> };

const APPLICATIONS = new Set([
  "application.submitted",
  "application.approved",
  "application.rejected",
  "application.revision_requested",
]);
const PARTICIPANTS = new Set(["participant.registered", "participant.profile_updated"]);

/** Program parts (contract section 5); a type that speaks of a deletion is left to the next walk. */
const PARTS: ReadonlyMap<string, { readonly res: Resource; readonly kind: string }> = new Map([
  ["activity", { res: "activities", kind: "activity" }],
  ["thread", { res: "threads", kind: "thread" }],
  ["location", { res: "locations", kind: "location" }],
]);
const EVENTS = new Set(["event.published", "event.unpublished", "event.updated"]);

/** Where snapshots belong that are kept whole, or null. */
function wholeOf(type: string): { readonly res: Resource; readonly kind: string } | null {
  if (EVENTS.has(type)) return { res: "event", kind: "event" };
  const [family = "", verb = ""] = type.split(".");
  return ["deleted", "removed"].includes(verb) ? null : (PARTS.get(family) ?? null);
}

/** Whether the mirror keeps what events of a type say. */
export const isMirrored = (type: string): boolean =>
  APPLICATIONS.has(type) || PARTICIPANTS.has(type) || wholeOf(type) !== null;

/** Reads the snapshot of an event that is mirrored; null where it lacks what names it. */
export async function readSnapshot(happening: Happening): Promise<Snapshot | null> {
  const { type, occurredAt: at } = happening;
  const data = storable(happening.data) as JsonObject;
  const whole = wholeOf(type);
  if (whole !== null) {
    const id = asText(data.id) ?? (whole.kind === "event" ? happening.eventId : null);
    return id === null ? null : resourceSnapshot(whole, id, data, at, at);
  }
  const row = APPLICATIONS.has(type)
    ? await fromApplication(data, at)
    : await fromParticipant(data, at, type === "participant.registered");
  return row === null ? null : { of: "participant", row: { ...row, res: "participants", at } };
}

export const KINDS: Readonly<Record<Resource, string>> = {
  event: "event",
  participants: "participant",
  activities: "activity",
  threads: "thread",
  locations: "location",
  registration_waves: "registration_wave",
  program: "program",
};

/** Reads a row of a page; null where it has no id. */
export async function readPageRow(
  resource: Resource,
  row: JsonObject,
  rank: number,
): Promise<Snapshot | null> {
  const data = storable(row) as JsonObject;
  if (resource === "participants") {
    const participant = await fromPage(data, rank);
    if (participant === null) return null;
    return { of: "participant", row: { ...participant, res: resource, at: rank } };
  }
  const id = resource === "program" ? "program" : asText(data.id);
  if (id === null) return null;
  return resourceSnapshot(
    { res: resource, kind: KINDS[resource] },
    id,
    data,
    rank,
    asTime(data.updated_at) ?? rank,
  );
}

async function resourceSnapshot(
  { res, kind }: { readonly res: Resource; readonly kind: string },
  id: string,
  data: JsonObject,
  at: number,
  updatedAt: number,
): Promise<Snapshot> {
  return { of: "resource", row: { res, kind, id, at, data, hash: await hashOf(data), updatedAt } };
}
