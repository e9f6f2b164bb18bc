/** Handlers: `on(…)` for a publisher's `handlers.ts`, and what runs the rows of the outbox. */

export { checkManifest, type ManifestReport } from "./check-manifest.ts";
export { consumeHandlers } from "./consume.ts";
export type { Context } from "./context.ts";
export { ensureManifest } from "./ensure-manifest.ts";
export { GiveUp, RetryLater, ReventoFailure } from "./errors.ts";
export type { ApplicationSnapshot, EventType, HandlerEvent, Pattern } from "./events.ts";
export { type HandlerOptions, listHandlers, on } from "./on.ts";
export { retryAfterS } from "./retry-after.ts";
export { sweepOutbox } from "./sweep.ts";
