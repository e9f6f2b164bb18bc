import type { Stage, Target } from "./types.ts";

type ParamType = "number" | "string" | "boolean" | "strings" | "object";

export interface FaultKind {
  target: Target;
  stage: Stage;
  about: string;
  /** Each parameter's type, default and meaning. */
  params: Record<string, { type: ParamType; default: unknown; about: string }>;
}

const param = (type: ParamType, value: unknown, about: string) => ({ type, default: value, about });

const work = param("string", "after", "before or after the work was done");
const fields = (names: string[]) => param("strings", names, "field names, wherever they stand in the body");

function answer(stage: Stage, about: string, params: FaultKind["params"] = {}): FaultKind {
  return { target: "answer", stage, about, params };
}

function delivery(stage: Stage, about: string, params: FaultKind["params"] = {}): FaultKind {
  return { target: "delivery", stage, about, params };
}

/** Every fault that the plan knows. */
export const FAULT_KINDS: Record<string, FaultKind> = {
  latency: answer("before", "The answer takes longer", { ms: param("number", 2000, "how much longer") }),
  hang: answer("before", "No answer ever comes", {
    work: { ...work, default: "before" },
    ms: param("number", 120_000, "when the connection closes at last"),
  }),
  close: answer("before", "The connection closes without an answer: the lost answer", { work }),
  error: answer("before", "A 5xx, or any other error", {
    work: { ...work, default: "before" },
    status: param("number", 500, "HTTP status"),
    error: param("string", "internal_error", "error code"),
  }),
  rate_limit: answer("before", "429 rate_limit_exceeded, as in a storm", {
    retry_after: param("number", 5, "Retry-After in seconds; negative: none"),
  }),
  concurrent_limit: answer("before", "429 concurrent_limit_exceeded"),
  malformed_json: answer("after", "The body is not JSON"),
  truncated_body: answer("after", "Half of the body", {
    abort: param("boolean", false, "end with a broken connection instead of a clean end"),
  }),
  missing_fields: answer("after", "Fields are not there", { fields: fields(["email", "display_name"]) }),
  null_fields: answer("after", "Fields are null", { fields: fields(["email", "display_name"]) }),
  unknown_enum: answer("after", "Values that nobody has heard of", {
    fields: fields(["application_status", "status", "publish_status"]),
    value: param("string", "something_new", "the value"),
  }),
  deep_json: answer("after", "A field nested very deep", { depth: param("number", 2000, "levels") }),
  oversized_body: answer("after", "A very long field", { bytes: param("number", 140_000, "its length") }),
  skip_row: answer("page", "A row falls between two pages"),
  repeat_row: answer("page", "A row comes on two pages"),
  delivery_delay: delivery("placement", "The first try comes late", {
    ms: param("number", 10_000, "how late"),
  }),
  lose: delivery("placement", "It is never sent"),
  duplicate: delivery("placement", "It is sent again with the same delivery id", {
    times: param("number", 1, "how often again"),
  }),
  duplicate_new_id: delivery("placement", "It is sent again with another delivery id", {
    times: param("number", 1, "how often again"),
  }),
  reorder: delivery("placement", "It is held until others have gone first", {
    by: param("number", 1, "how many others"),
    max_wait_ms: param("number", 30_000, "how long at most"),
  }),
  lost_answer: delivery("attempt", "The answer is lost: it arrived, and is tried again"),
  stale_timestamp: delivery("attempt", "A timestamp far from now, correctly signed", {
    seconds: param("number", -600, "distance from now"),
  }),
  wrong_signature: delivery("attempt", "A signature by another secret"),
  missing_header: delivery("attempt", "A header is not there", {
    header: param("string", "x-revento-signature", "its name"),
  }),
  wrong_event_header: delivery("body", "X-Revento-Event differs from the signed type", {
    type: param("string", "event.updated", "what the header says"),
  }),
  unknown_type: delivery("body", "An event type that nobody has heard of", {
    type: param("string", "application.teleported", "the type"),
  }),
  delivery_unknown_enum: delivery("body", "Values that nobody has heard of", {
    fields: fields(["application_status", "status", "publish_status"]),
    value: param("string", "something_new", "the value"),
  }),
  delivery_missing_fields: delivery("body", "Fields of data are not there", {
    fields: fields(["email", "display_name", "status"]),
  }),
  delivery_null_fields: delivery("body", "Fields of data are null", {
    fields: fields(["email", "display_name", "status"]),
  }),
  delivery_oversized: delivery("body", "A body of over 128 KB", {
    bytes: param("number", 140_000, "filler"),
  }),
  delivery_deep_json: delivery("body", "JSON nested very deep", { depth: param("number", 2000, "levels") }),
  delivery_malformed_json: delivery("body", "A signed body that is not JSON"),
  delivery_truncated: delivery("body", "A signed half of a body"),
};
