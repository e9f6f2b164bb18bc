import type { FaultRequest } from "../faults/types.ts";

interface Preset {
  name: string;
  about: string;
  fault: FaultRequest;
}

/** What goes wrong in production most, one click each. */
export const PRESETS: readonly Preset[] = [
  {
    name: "Lose the next refresh answer",
    about: "The token was rotated, and nobody learns of it",
    fault: { kind: "close", match: { endpoint: "refresh" }, params: { work: "after" } },
  },
  {
    name: "500 for every API call",
    about: "Until it is removed",
    fault: { kind: "error", match: { endpoint: "api" }, count: null },
  },
  {
    name: "429 storm",
    about: "The next 20 API calls, with Retry-After 5 s",
    fault: { kind: "rate_limit", match: { endpoint: "api" }, count: 20 },
  },
  {
    name: "Slow by 3 s",
    about: "Every API call, until it is removed",
    fault: { kind: "latency", match: { endpoint: "api" }, count: null, params: { ms: 3000 } },
  },
  {
    name: "The next page skips a row",
    about: "Somebody looks cancelled who is not",
    fault: { kind: "skip_row", match: { endpoint: "participants" } },
  },
  {
    name: "The next body is half",
    about: "An API answer, cut in the middle",
    fault: { kind: "truncated_body", match: { endpoint: "api" } },
  },
  {
    name: "The next webhook twice",
    about: "With the same delivery id",
    fault: { kind: "duplicate" },
  },
  {
    name: "Twice, with another delivery id",
    about: "Only the signed body id gives it away",
    fault: { kind: "duplicate_new_id" },
  },
  {
    name: "Swap the next two webhooks",
    about: "The newer one arrives first",
    fault: { kind: "reorder" },
  },
  {
    name: "Lose the next webhook",
    about: "It is never sent",
    fault: { kind: "lose" },
  },
  {
    name: "A wrong signature",
    about: "On the next try of a delivery",
    fault: { kind: "wrong_signature" },
  },
  {
    name: "An unknown event type",
    about: "Instead of the next webhook's",
    fault: { kind: "unknown_type" },
  },
];
