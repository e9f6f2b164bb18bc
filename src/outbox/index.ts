/**
 * What waits for handlers: the registry of their subscriptions and the rows written in the transaction of the change
 * that caused them. It stands below the mirror, so that anybody may enqueue; `handling` above runs the rows.
 */

export { entryFor, type Happening, type OutboxEntry, resourceOf } from "./entry.ts";
export { enqueueHook, HOOK_TYPES, type Hook, type HookType, nudgeHooks } from "./hooks.ts";
export { type InsertOptions, insertOutbox } from "./insert.ts";
export { nudgeHandlers } from "./nudge.ts";
export { listSubscriptions, matchesType, type Subscription, subscribe, subscribersOf } from "./registry.ts";
