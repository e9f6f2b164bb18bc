import type { World } from "../world.ts";
import { entryFor, type Happening } from "./entry.ts";
import { insertOutbox } from "./insert.ts";
import { nudgeHandlers } from "./nudge.ts";
import { subscribersOf } from "./registry.ts";

/** Pseudo types: what happens to a connection on our side, delivered to handlers like an event. */
export const HOOK_TYPES = [
  "connected",
  "reconnected",
  "ended",
  "erasing",
  "participant.cancelled",
  "signed-in",
] as const;
export type HookType = (typeof HOOK_TYPES)[number];

export interface Hook {
  readonly type: HookType;
  readonly connectionId: string;
  readonly eventId: string;
  readonly organizationId: string;
  /**
   * What makes this hook the same when it is enqueued twice: the generation for `connected`, `reconnected`, `ended`
   * and `erasing`, participant and run for `participant.cancelled`, the session for `signed-in`.
   */
  readonly key: string;
  /** Epoch ms: Revento's clock where known, otherwise ours. */
  readonly occurredAt: number;
  /** `{ id }` of the participant, `{ user_id }`, `{ reason }`: as little as a handler needs. */
  readonly data?: Readonly<Record<string, unknown>>;
}

function toHappening(hook: Hook): Happening {
  return {
    id: `hook:${hook.type}:${hook.connectionId}:${hook.key}`,
    type: hook.type,
    occurredAt: hook.occurredAt,
    eventId: hook.eventId,
    organizationId: hook.organizationId,
    data: hook.data ?? {},
  };
}

const NOT_WAITING = `NOT EXISTS (SELECT 1 FROM outbox w WHERE w.connection_id = e.value->>'$.connectionId'
  AND w.target = t.value AND w.resource = e.value->>'$.resource' AND w.body_id = e.value->>'$.bodyId')`;

/** The statements that enqueue hooks, for anybody's batch. None where no handler wants them. */
export function enqueueHook(world: World, ...hooks: readonly Hook[]): D1PreparedStatement[] {
  const entries = hooks.map((hook) => entryFor(hook.connectionId, toHappening(hook)));
  return insertOutbox(
    world,
    entries.filter((entry) => entry !== null),
    { when: NOT_WAITING },
  );
}

/** Wakes the handlers of hooks that were just committed. Never throws. */
export function nudgeHooks(world: World, ...hooks: readonly Hook[]): Promise<void> {
  return nudgeHandlers(
    world,
    hooks.map(({ connectionId, type }) => ({ connectionId, targets: subscribersOf(type) })),
  );
}
