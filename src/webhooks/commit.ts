import { insertAlerts, notesFor } from "../alerts/index.ts";
import { type ConnectionKey, countOutcome } from "../connections/index.ts";
import { applySnapshots, IS_OPEN, OUTCOME, type PlacedSnapshot } from "../mirror/index.ts";
import { entryFor, type Happening, insertOutbox, matchesType, type OutboxEntry } from "../outbox/index.ts";
import type { World } from "../world.ts";
import { type Letter, storeLetters } from "./dead-letters/index.ts";
import { countUnreadable, type DeliveryRow, deliveryRow, IS_NEW, recordDeliveries } from "./deliveries.ts";
import { overtakenIn } from "./overtaken.ts";
import { findPlaces, placeOf } from "./places.ts";
import type { Reading } from "./read-message.ts";
import { repeatsIn } from "./repeated.ts";
import { deleteSpills } from "./spills.ts";

/** A message, read, with what the consumer already knows of it. */
export interface Item {
  readonly messageId: string;
  readonly attempts: number;
  readonly deliveryId: string;
  readonly requestId: string | null;
  readonly eventName: string;
  readonly receivedAt: number;
  readonly bytes: Uint8Array;
  readonly spillId: string | null;
  readonly reading: Reading;
  /** What `lifecycle` made of it; null for everything else. */
  readonly lifecycleOutcome: string | null;
}

/** What is to be told after a commit. */
export interface Committed {
  /** The outbox entries whose handlers are to be woken. */
  readonly entries: readonly OutboxEntry[];
  /** The events with news of participants; an event may stand here more than once. */
  readonly peopled: readonly ConnectionKey[];
}

interface Placed {
  readonly item: Item;
  readonly happening: Happening;
  readonly row: DeliveryRow;
  readonly snapshot: PlacedSnapshot | null;
}

/** What `lifecycle` applied counts by rules of its own: that a user withdrew outlasts the life that it happened in. */
const IS_FOR_HANDLERS = `${IS_NEW} AND (${OUTCOME} <> 'ignored' OR (e.value->>'$.oc' = 'applied' AND ${IS_OPEN}))`;

/**
 * Commits a batch of messages in one transaction: records, snapshots, what waits for handlers and alerts, what is set
 * aside. Repeatable: after a failure that hid a commit, the same again changes nothing.
 */
export async function commit(world: World, items: readonly Item[]): Promise<Committed> {
  const placed = await place(world, items);
  const now = world.now();
  const entries = outboxEntries(placed);
  const statements = [
    ...insertOutbox(world, entries, {
      when: IS_FOR_HANDLERS,
      staleWhen: `${OUTCOME} = 'stale'`,
    }),
    ...alertStatements(world, placed),
    ...recordDeliveries(
      world,
      placed.map(({ row }) => row),
      now,
    ),
    ...applySnapshots(
      world,
      placed.flatMap(({ snapshot }) => snapshot ?? []),
    ),
    ...undeclared(world, placed),
    ...countUnreadable(
      world,
      items.flatMap(({ reading, messageId }) => (reading.happening === null ? messageId : [])),
    ),
    ...(await storeLetters(
      world,
      items.flatMap((item) => letterOf(item) ?? []),
    )),
    ...deleteSpills(
      world,
      items.flatMap(({ spillId }) => spillId ?? []),
    ),
  ];
  if (statements.length > 0) await world.db.raw.batch(statements);
  const peopled = placed.flatMap(({ snapshot }) =>
    snapshot?.snapshot.of === "participant" ? snapshot.place : [],
  );
  return { entries, peopled };
}

async function place(world: World, items: readonly Item[]): Promise<Placed[]> {
  const places = await findPlaces(
    world,
    items.flatMap(({ reading }) => reading.happening ?? []),
  );
  const placed = items.flatMap((item): Placed[] => {
    const { reading } = item;
    if (reading.happening === null) return [];
    const { happening } = reading;
    const where = placeOf(places, happening);
    const snapshot =
      reading.is === "snapshot" && where !== null ? { place: where, snapshot: reading.snapshot } : null;
    return [
      { item, happening, row: deliveryRow(reading, happening, where, item, outcomeOf(item)), snapshot },
    ];
  });
  return marked(placed);
}

/** With what each row cannot see of those before it in its batch. */
function marked(placed: readonly Placed[]): Placed[] {
  const rows = placed.map(({ row }) => row);
  const [overtaken, repeats] = [overtakenIn(rows), repeatsIn(rows)];
  return placed.map((one) => ({
    ...one,
    row: {
      ...one.row,
      ...(overtaken.has(one.row) ? { late: true } : {}),
      ...repeats.get(one.row),
    },
  }));
}

/** The outcome where the mirror has no say in it; null where it decides. */
function outcomeOf({ reading, lifecycleOutcome }: Item): string | null {
  if (reading.is === "bad") return "set_aside";
  if (reading.is === "lifecycle") return lifecycleOutcome ?? "ignored";
  return reading.is === "unknown" ? "ignored" : null;
}

/** Entries carry the row of their delivery, so that the statement can ask whether it was new and current. */
function outboxEntries(placed: readonly Placed[]): (OutboxEntry & DeliveryRow)[] {
  return placed.flatMap(({ happening, row, item }) => {
    const entry = row.c === null || item.reading.is === "bad" ? null : entryFor(row.c, happening);
    return entry === null ? [] : [{ ...row, ...entry }];
  });
}

const IS_NOTE_OPEN = `n.value->>'$.eventId' IS NULL OR EXISTS (SELECT 1 FROM guards g
  WHERE g.event_id = n.value->>'$.eventId' AND g.organization_id = n.value->>'$.organizationId'
    AND g.state = 'active' AND g.life_started_at <= n.value->>'$.occurredAt'
    AND g.connected_at > coalesce((SELECT max(at) FROM platform_state), 0))`;

/** Alerts of snapshots need an open connection whose life had begun; those of endings come when it is closed already. */
function alertStatements(world: World, placed: readonly Placed[]): D1PreparedStatement[] {
  const notesOf = (isLifecycle: boolean) =>
    placed
      .filter(({ item }) => item.reading.is !== "bad" && (item.reading.is === "lifecycle") === isLifecycle)
      .flatMap(({ happening }) => notesFor(world.config, happening));
  return [...insertAlerts(world, notesOf(false), IS_NOTE_OPEN), ...insertAlerts(world, notesOf(true))];
}

/** Known types that the manifest does not declare: Revento should not be sending them. */
function undeclared(world: World, placed: readonly Placed[]): D1PreparedStatement[] {
  const { eventTypes } = world.manifest;
  const count = placed.filter(
    ({ item, happening }) =>
      item.reading.is !== "unknown" && !eventTypes.some((pattern) => matchesType(pattern, happening.type)),
  ).length;
  return count === 0 ? [] : [countOutcome(world, "webhooks", "undeclared", count)];
}

function letterOf(item: Item): Letter | null {
  if (item.reading.is !== "bad") return null;
  const { messageId, attempts, deliveryId, requestId, eventName, receivedAt, bytes } = item;
  const { happening, owner, reason } = item.reading;
  return {
    id: messageId,
    queue: "revento-webhooks",
    reason,
    type: happening?.type ?? null,
    eventId: owner.eventId,
    organizationId: owner.organizationId,
    attempts,
    body: { deliveryId, requestId, eventName, receivedAt, body: bytes },
  };
}
