import { listSubscriptions, subscribe } from "../outbox/index.ts";
import type { Context } from "./context.ts";
import type { HandlerEvent, Pattern, TypesOf } from "./events.ts";

export interface HandlerOptions {
  /**
   * What its waiting rows are filed under. Give one where several handlers share a pattern, or before you reorder
   * them: by default it is the pattern, then `pattern#2`, …
   */
  readonly name?: string;
  /** How long one run may take, in seconds; at most 45. */
  readonly timeLimitS?: number;
}

export interface RegisteredHandler {
  readonly name: string;
  readonly pattern: Pattern;
  readonly timeLimitMs: number;
  readonly handle: (event: HandlerEvent, ctx: Context) => Promise<void> | void;
}

const DEFAULT_TIME_LIMIT_S = 25;
export const MAX_TIME_LIMIT_S = 45;

const handlers = new Map<string, RegisteredHandler>();

/**
 * Registers a handler for an event type, a pattern such as `activity.*`, or a hook such as `connected`. It runs at
 * least once for every event, in order for one resource, and again with growing delay where it throws.
 */
export function on<P extends Pattern>(
  pattern: P,
  handle: (event: HandlerEvent<TypesOf<P>>, ctx: Context) => Promise<void> | void,
  options: HandlerOptions = {},
): void {
  const name = options.name ?? freeName(pattern);
  subscribe({ name, pattern });
  const timeLimitMs = Math.min(options.timeLimitS ?? DEFAULT_TIME_LIMIT_S, MAX_TIME_LIMIT_S) * 1000;
  // The outbox gives a handler only types that its pattern covers.
  handlers.set(name, { name, pattern, timeLimitMs, handle: handle as RegisteredHandler["handle"] });
}

export const handlerNamed = (name: string): RegisteredHandler | undefined => handlers.get(name);
export const listHandlers = (): readonly RegisteredHandler[] => [...handlers.values()];

function freeName(pattern: string): string {
  const taken = new Set(listSubscriptions().map(({ name }) => name));
  for (let count = 1; ; count++) {
    const name = count === 1 ? pattern : `${pattern}#${count}`;
    if (!taken.has(name)) return name;
  }
}
