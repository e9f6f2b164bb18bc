/** Handlers: what runs the rows of the outbox. A publisher's `on(…)` registers through this file. */

export { consumeHandlers } from "./consume.ts";
