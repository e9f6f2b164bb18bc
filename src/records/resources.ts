import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

export type ResourceKind = "event" | "activity" | "thread" | "location" | "registration_wave";

export interface MirroredResource {
  readonly id: string;
  /** The snapshot as Revento gave it, as JSON text. */
  readonly data: string;
  readonly state: "present" | "removed";
  /** Revento's time of the snapshot, epoch ms. */
  readonly updatedAt: number;
}

/** The mirrored parts of an event of one kind, in the order of their ids. */
export async function listMirroredResources(
  world: World,
  connectionId: string,
  kind: ResourceKind,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly MirroredResource[]> {
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(
      `SELECT id, data, state, updated_at AS updatedAt FROM resources
       WHERE connection_id = ? AND kind = ? AND id > ? ORDER BY id LIMIT ?`,
    )
    .bind(connectionId, kind, page.after ?? "", page.limit)
    .all<MirroredResource>();
  return results;
}
