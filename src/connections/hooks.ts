import { nudgeHooks, subscribersOf } from "../outbox/index.ts";
import type { World } from "../world.ts";
import type { ConnectionKey } from "./connection.ts";

// The hook goes into the transaction that makes it true, and reads what that transaction sees: an id that is made
// there, a state that is left there.
const insertFrom = (from: string): string => `
INSERT INTO outbox (connection_id, target, resource, type, body_id, occurred_at, payload, next_at)
SELECT c.id, t.value, 'connection:' || c.id, ?1, 'hook:' || ?1 || ':' || c.id || ':' || c.generation, ?2,
  json_object('id', 'hook:' || ?1 || ':' || c.id || ':' || c.generation, 'type', ?1, 'occurredAt', ?2,
    'eventId', c.event_id, 'organizationId', c.organization_id, 'data', json(?3)), ?4
FROM ${from} c, json_each(?5) t
WHERE c.event_id = ?6 AND c.organization_id = ?7 AND `;

type HookOfConnection = "connected" | "reconnected" | "ended" | "erasing";

export interface ConnectionHook extends ConnectionKey {
  readonly type: HookOfConnection;
  /** Epoch ms; Revento's clock for an opening, ours for an ending. */
  readonly at: number;
  readonly data?: Readonly<Record<string, string>>;
  /** SQL over the row `c`, with ?8 and ?9 as its own values. */
  readonly when: string;
  readonly values?: readonly [string | number | null, number | null];
  /** SQL in the place of the row as it stands. */
  readonly from?: string;
}

/** The statement that enqueues a hook of a connection where `when` holds; none where no handler wants it. */
export function connectionHook(world: World, hook: ConnectionHook): D1PreparedStatement[] {
  const targets = subscribersOf(hook.type);
  if (targets.length === 0) return [];
  const { type, at, data, eventId, organizationId, when, values = [], from = "connections" } = hook;
  const fixed = [
    type,
    at,
    JSON.stringify(data ?? {}),
    world.now(),
    JSON.stringify(targets),
    eventId,
    organizationId,
  ];
  return [world.db.raw.prepare(`${insertFrom(from)} ${when}`).bind(...fixed, ...values)];
}

/** Wakes the handlers of what was committed. Never throws. */
export function nudgeConnectionHooks(
  world: World,
  connectionId: string,
  key: ConnectionKey,
  ...types: readonly HookOfConnection[]
): Promise<void> {
  const { eventId, organizationId } = key;
  const hooks = types.map((type) => ({
    type,
    connectionId,
    eventId,
    organizationId,
    key: "",
    occurredAt: 0,
  }));
  return nudgeHooks(world, ...hooks);
}
