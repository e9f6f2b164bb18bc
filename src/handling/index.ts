/** Handlers: what a publisher registers, and what runs them. */

export { subscribersOf } from "../outbox/index.ts";
export { consumeHandlers } from "./consume.ts";
