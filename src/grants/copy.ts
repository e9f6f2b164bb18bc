import { databaseFor } from "../db/client.ts";
import { bounded } from "../lib/bounded.ts";
import type { World } from "../world.ts";
import type { GrantIdentity } from "./identity.ts";
import type { HeldGrant } from "./state.ts";

/** A grant is served while D1 hangs: it is waited for far shorter than elsewhere. */
export const COPY_LIMIT_MS = 5_000;

export type Installation = GrantIdentity & { kind: "installation" };

/** What the database knows of a connection and of the copy of its grant. */
export interface RegistryView {
  readonly connectionId: string;
  readonly generation: number;
  readonly state: "active" | "reconnect_required" | "ended";
  readonly reason: string | null;
  readonly connectedAt: number;
  readonly copy: { readonly generation: number; readonly rotation: number; readonly keyId: string } | null;
}

/** Whether the database holds this rotation under the same key, or a later one. */
export const isCopyOf = ({ copy }: RegistryView, held: HeldGrant): boolean =>
  copy !== null &&
  copy.generation === held.generation &&
  (copy.rotation > held.rotation || (copy.rotation === held.rotation && copy.keyId === held.keyId));

interface ViewRow {
  id: string;
  generation: number;
  state: RegistryView["state"];
  reason: string | null;
  connected_at: number;
  copy_generation: number | null;
  copy_rotation: number | null;
  copy_key_id: string | null;
}

const VIEW = `SELECT c.id, c.generation, c.state, c.reason, c.connected_at, g.generation AS copy_generation,
  g.rotation AS copy_rotation, g.key_id AS copy_key_id
FROM connections c LEFT JOIN grant_copies g ON g.connection_id = c.id WHERE c.event_id = ?1 AND c.organization_id = ?2`;

// Only forward, and only into the life that the registry says is running. The same rotation is written again only
// under another key.
const COPY = `
INSERT INTO grant_copies (connection_id, generation, rotation, sealed, key_id, written_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM connections WHERE id = ?1 AND generation = ?2 AND state = 'active'
ON CONFLICT (connection_id) DO UPDATE SET generation = excluded.generation, rotation = excluded.rotation,
  sealed = excluded.sealed, key_id = excluded.key_id, written_at = excluded.written_at
WHERE excluded.generation > grant_copies.generation OR (excluded.generation = grant_copies.generation AND (
  excluded.rotation > grant_copies.rotation
  OR (excluded.rotation = grant_copies.rotation AND excluded.key_id <> grant_copies.key_id)))`;

const SHOWN = `
UPDATE connections SET access_expires_at = ?3, refresh_expires_at = ?4, grant_ends_at = ?5, key_id = ?6, last4 = ?7,
  granted_scopes = ?9
WHERE id = ?1 AND generation = ?2
  AND EXISTS (SELECT 1 FROM grant_copies g WHERE g.connection_id = ?1 AND g.generation = ?2 AND g.rotation = ?8)`;

/**
 * Writes the copy and what the registry shows of the grant in one transaction, with further statements of the
 * caller's. Safe to repeat.
 * @returns what the registry holds afterwards, null where it has no such connection.
 * @throws TimedOut and whatever D1 throws; the write may have been done all the same.
 */
export async function writeCopy(
  world: World,
  held: HeldGrant,
  further: readonly D1PreparedStatement[] = [],
): Promise<RegistryView | null> {
  const { raw } = databaseFor(world, held.connectionId);
  const { connectionId, generation, rotation } = held;
  const work = raw.batch<ViewRow>([
    raw.prepare(COPY).bind(connectionId, generation, rotation, JSON.stringify(held), held.keyId, world.now()),
    raw
      .prepare(SHOWN)
      .bind(
        connectionId,
        generation,
        held.accessExpiresAt,
        held.refreshExpiresAt,
        held.endsAt,
        held.keyId,
        held.last4,
        rotation,
        JSON.stringify(held.grantedScopes),
      ),
    ...further,
    selectView(world, held.identity as Installation),
  ]);
  const results = await bounded(work, COPY_LIMIT_MS, "the copy of a grant");
  return toView(results.at(-1)?.results[0]);
}

/** What the registry holds of a connection. Throws where D1 does not answer. */
export async function readRegistry(world: World, identity: Installation): Promise<RegistryView | null> {
  const row = selectView(world, identity).first<ViewRow>();
  return toView((await bounded(row, COPY_LIMIT_MS, "the registry")) ?? undefined);
}

/** The copy of a grant as it was written, unopened. Throws where D1 does not answer. */
export async function readCopy(world: World, identity: Installation): Promise<HeldGrant | null> {
  const row = databaseFor(world, "")
    .raw.prepare(
      `SELECT g.sealed FROM grant_copies g JOIN connections c ON c.id = g.connection_id
       WHERE c.event_id = ?1 AND c.organization_id = ?2 AND c.generation = g.generation AND c.state = 'active'`,
    )
    .bind(identity.eventId, identity.organizationId)
    .first<{ sealed: string }>();
  const found = await bounded(row, COPY_LIMIT_MS, "the copy of a grant");
  return found === null ? null : parseCopy(found.sealed);
}

/** Deletes the copy of a life that is over, and of any earlier one. Throws where D1 does not answer. */
export async function deleteCopy(world: World, identity: Installation, generation: number): Promise<void> {
  const work = databaseFor(world, "")
    .raw.prepare(
      `DELETE FROM grant_copies WHERE generation <= ?3
       AND connection_id IN (SELECT id FROM connections WHERE event_id = ?1 AND organization_id = ?2)`,
    )
    .bind(identity.eventId, identity.organizationId, generation)
    .run();
  await bounded(work, COPY_LIMIT_MS, "the copy of a grant");
}

function selectView(world: World, identity: Installation): D1PreparedStatement {
  return databaseFor(world, "").raw.prepare(VIEW).bind(identity.eventId, identity.organizationId);
}

function toView(row: ViewRow | undefined): RegistryView | null {
  if (row === undefined) return null;
  const { copy_generation: generation, copy_rotation: rotation, copy_key_id: keyId } = row;
  return {
    connectionId: row.id,
    generation: row.generation,
    state: row.state,
    reason: row.reason,
    connectedAt: row.connected_at,
    copy: generation === null || rotation === null ? null : { generation, rotation, keyId: keyId ?? "" },
  };
}

/** Written by us, so that its shape is ours; its seals are checked when they are opened. */
export function parseCopy(sealed: string): HeldGrant | null {
  try {
    return JSON.parse(sealed) as HeldGrant;
  } catch {
    return null;
  }
}
