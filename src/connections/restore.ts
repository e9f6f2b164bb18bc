import type { World } from "../world.ts";
import type { OpeningConnection } from "./open.ts";

export interface LivingConnection extends OpeningConnection {
  readonly connectionId: string;
  readonly generation: number;
  readonly lifeStartedAt: number;
}

const RESTORE = `
INSERT INTO connections (id, event_id, organization_id, generation, state, reason, connected_at, life_started_at,
  created_at, granted_scopes, asked_scopes)
VALUES (?1, ?2, ?3, ?4, 'active', NULL, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (event_id, organization_id) DO UPDATE SET id = excluded.id, generation = excluded.generation,
  state = 'active', reason = NULL, ended_at = NULL, deletion_requested_at = NULL, erased_at = NULL,
  connected_at = excluded.connected_at, life_started_at = excluded.life_started_at,
  granted_scopes = excluded.granted_scopes, asked_scopes = excluded.asked_scopes
WHERE excluded.generation > connections.generation`;

const GUARD = `
INSERT INTO guards (event_id, organization_id, connection_id, generation, state, connected_at, life_started_at)
SELECT event_id, organization_id, id, generation, state, connected_at, life_started_at
FROM connections WHERE event_id = ?1 AND organization_id = ?2
ON CONFLICT (event_id, organization_id) DO UPDATE SET connection_id = excluded.connection_id,
  generation = excluded.generation, state = excluded.state, connected_at = excluded.connected_at,
  life_started_at = excluded.life_started_at WHERE excluded.generation > guards.generation`;

/**
 * Writes a living connection into a registry that was restored to a time before it. Called by the grant object,
 * which is the source of its generation. Does nothing where the registry knows this life or a later one.
 */
export async function restoreConnection(world: World, living: LivingConnection): Promise<void> {
  const { eventId, organizationId } = living;
  await world.db.raw.batch([
    world.db.raw
      .prepare(RESTORE)
      .bind(
        living.connectionId,
        eventId,
        organizationId,
        living.generation,
        living.connectedAt,
        living.lifeStartedAt,
        world.now(),
        JSON.stringify(living.grantedScopes),
        JSON.stringify(living.askedScopes),
      ),
    world.db.raw.prepare(GUARD).bind(eventId, organizationId),
  ]);
}
