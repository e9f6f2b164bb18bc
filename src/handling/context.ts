import { hasScope } from "../connections/index.ts";
import type { Logger } from "../lib/log.ts";
import type { World } from "../world.ts";
import { type Flights, type HandlerClient, openClient } from "./client.ts";
import { type HandlerMirror, openMirror } from "./mirror.ts";
import type { RegisteredHandler } from "./on.ts";
import type { OutboxRow } from "./row.ts";
import { type HandlerStorage, openStorage } from "./storage.ts";
import type { Subject } from "./subject.ts";

/** All that a handler can reach, for one connection and one event. There is no way from here to another connection. */
export interface Context {
  readonly connection: Pick<
    Subject,
    "eventId" | "organizationId" | "status" | "reason" | "generation" | "grantedScopes" | "eventName"
  >;
  /** Whether this connection granted a scope: look before you use an optional one. */
  hasScope(scope: string): boolean;
  readonly revento: HandlerClient;
  readonly mirror: HandlerMirror;
  readonly storage: HandlerStorage;
  /**
   * Runs `fn` once for a key (of this handler and connection) and gives its result again afterwards, also at later
   * attempts. A crash between `fn` and the note of it runs it again: pass `idempotencyKey` on where the other side
   * takes one.
   */
  once<T>(key: string, fn: () => Promise<T> | T): Promise<T>;
  /** A setting of yours: `setting("SHEET_URL")` is the variable or secret `HANDLER_SHEET_URL`. Throws where it is missing. */
  setting(name: string): string;
  /** The same for every attempt of this handler at this event; no other has it. */
  readonly idempotencyKey: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted when the time limit is over. */
  readonly signal: AbortSignal;
  /** `fetch` that ends with the time limit. */
  readonly fetch: typeof fetch;
  /** Adds connection, handler and event to every line. Pass ids and outcomes, never personal data. */
  readonly log: Logger;
}

export interface Run {
  readonly connection: Subject;
  readonly handler: RegisteredHandler;
  readonly row: OutboxRow;
  readonly signal: AbortSignal;
  readonly flights: Flights;
}

export function openContext(world: World, run: Run): Context {
  const { connection, handler, row, signal, flights } = run;
  const { eventId, organizationId, status, reason, generation, grantedScopes, eventName } = connection;
  const done = openStorage(world, connection, "once");
  return {
    connection: { eventId, organizationId, status, reason, generation, grantedScopes, eventName },
    hasScope: (scope) => hasScope(connection, scope),
    revento: openClient(world, connection, { type: row.type, occurredAt: row.occurred_at }, flights),
    mirror: openMirror(world, connection.id),
    storage: openStorage(world, connection, "kept"),
    async once<T>(key: string, fn: () => Promise<T> | T) {
      const full = `${handler.name}/${key}`;
      const known = await done.get<{ readonly value: T }>(full);
      if (known !== undefined) return known.value;
      const value = await fn();
      await done.put(full, { value });
      return value;
    },
    setting(name) {
      const value = world.config.handlerSettings.get(name);
      if (value === undefined) throw new Error(`the setting HANDLER_${name} is missing`);
      return value;
    },
    idempotencyKey: `${row.body_id}:${handler.name}`,
    attempt: row.attempts + 1,
    signal,
    fetch: (input, init = {}) =>
      world.fetch(input, {
        ...init,
        signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal,
      }),
    log: logWith(world.log, { handler: handler.name, connectionId: connection.id, bodyId: row.body_id }),
  };
}

function logWith(log: Logger, fixed: Readonly<Record<string, string>>): Logger {
  return {
    info: (event, fields) => log.info(event, { ...fields, ...fixed }),
    warn: (event, fields) => log.warn(event, { ...fields, ...fixed }),
    error: (event, fields) => log.error(event, { ...fields, ...fixed }),
  };
}
