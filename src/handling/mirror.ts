import {
  findMirrored,
  listMirrored,
  listMirroredResources,
  type MirroredParticipant,
  type ResourceKind,
} from "../records/index.ts";
import type { World } from "../world.ts";

/** One piece of the mirrored event: an activity, a thread, … `data` is the snapshot as Revento gave it. */
export interface MirroredPiece {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly state: "present" | "removed";
  /** Revento's time of the snapshot. */
  readonly updatedAt: Date;
}

const MAX_LIMIT = 1000;

/** The mirror of one connection, for reading: it costs nothing of Revento's rate limit. */
export interface HandlerMirror {
  participant(id: string): Promise<MirroredParticipant | null>;
  /** In the order of their ids; up to `limit` (default 100, at most 1,000) after `after`. */
  participants(filter?: {
    readonly applicationStatus?: string;
    readonly state?: "present" | "cancelled";
    readonly after?: string;
    readonly limit?: number;
  }): Promise<readonly MirroredParticipant[]>;
  pieces(
    kind: ResourceKind,
    page?: { readonly after?: string; readonly limit?: number },
  ): Promise<readonly MirroredPiece[]>;
}

export function openMirror(world: World, connectionId: string): HandlerMirror {
  const limitOf = (limit = 100): number => Math.min(limit, MAX_LIMIT);
  return {
    participant: (id) => findMirrored(world, connectionId, id),
    participants: ({ limit, ...filter } = {}) =>
      listMirrored(world, connectionId, { ...filter, limit: limitOf(limit) }),
    async pieces(kind, { after = null, limit }: { after?: string | null; limit?: number } = {}) {
      const rows = await listMirroredResources(world, connectionId, kind, { after, limit: limitOf(limit) });
      return rows.map(({ id, data, state, updatedAt }) => ({
        id,
        data: JSON.parse(data) as MirroredPiece["data"],
        state,
        updatedAt: new Date(updatedAt),
      }));
    },
  };
}
