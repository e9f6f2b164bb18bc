import { databaseFor } from "../db/client.ts";
import { randomToken, sha256Hex } from "../lib/encoding.ts";
import { ledgerOf } from "../lifecycle/index.ts";
import type { World } from "../world.ts";

/** A link that lets staff check people in at one event, and nothing else. Its key is shown once and never stored. */
export interface DoorLink {
  readonly keyHash: string;
  readonly connectionId: string;
  readonly label: string;
  /** Our clock, epoch ms. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Longer than an event with its build-up; a forgotten link ends by itself. */
const LIFETIME_MS = 14 * 86_400_000;

const SELECT = `SELECT key_hash AS keyHash, connection_id AS connectionId, label, created_at AS createdAt,
  expires_at AS expiresAt FROM door_links`;

/** @returns the key, for the one time that it can be shown */
export async function createDoorLink(world: World, connectionId: string, label: string): Promise<string> {
  const key = randomToken();
  const now = world.now();
  await databaseFor(world, connectionId)
    .raw.prepare(
      "INSERT INTO door_links (key_hash, connection_id, label, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(await sha256Hex(key), connectionId, label, now, now + LIFETIME_MS)
    .run();
  return key;
}

/** The link that a key opens, or null where it was revoked, has expired or never was. */
export async function findDoorLink(world: World, key: string): Promise<DoorLink | null> {
  const keyHash = await sha256Hex(key);
  return world.db.raw
    .prepare(`${SELECT} WHERE key_hash = ? AND revoked_at IS NULL AND expires_at > ?`)
    .bind(keyHash, world.now())
    .first<DoorLink>();
}

/** The links of a connection that work, newest first. */
export async function listDoorLinks(world: World, connectionId: string): Promise<readonly DoorLink[]> {
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(
      `${SELECT} WHERE connection_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY created_at DESC LIMIT 100`,
    )
    .bind(connectionId, world.now())
    .all<DoorLink>();
  return results;
}

/** Ends a link at once, on every device that has it, and for good: the ledger knows it where the database is restored. */
export async function revokeDoorLink(world: World, connectionId: string, keyHash: string): Promise<void> {
  const link = await databaseFor(world, connectionId)
    .raw.prepare(
      "UPDATE door_links SET revoked_at = ? WHERE key_hash = ? AND connection_id = ? RETURNING expires_at",
    )
    .bind(world.now(), keyHash, connectionId)
    .first<{ expires_at: number }>();
  if (link !== null) await ledgerOf(world).rememberRevokedDoor(keyHash, link.expires_at, world.now());
}
