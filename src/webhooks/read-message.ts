import { depthOf, isObject } from "../lib/json.ts";
import { isLifecycleType, missingOf } from "../lifecycle/index.ts";
import type { WebhookMessage } from "../messages.ts";
import { isMirrored, readSnapshot, type Snapshot } from "../mirror/index.ts";
import type { Happening } from "../outbox/index.ts";
import { type BodyOwner, parseBody, readEnvelope, readOwner } from "./envelope.ts";

/** What a message says, once read. */
export type Reading =
  | { readonly is: "snapshot"; readonly happening: Happening; readonly snapshot: Snapshot }
  /** Ends a connection, a user or everything: `lifecycle` acts on it. */
  | { readonly is: "lifecycle"; readonly happening: Happening }
  /** Recorded and acknowledged. */
  | { readonly is: "unknown"; readonly happening: Happening }
  /** Set aside for the operator; `happening` where at least the envelope was one. */
  | {
      readonly is: "bad";
      readonly happening: Happening | null;
      readonly owner: BodyOwner;
      readonly reason: string;
    };

/** Whose people a message is about, as far as it says so. */
export const ownerOf = (reading: Reading): BodyOwner =>
  reading.is === "bad" ? reading.owner : reading.happening;

/** Deeper JSON than this is nobody's snapshot; SQLite stops at 1,000, and recursion somewhere before. */
const MAX_DEPTH = 100;

/** Reads the body of a message. Never throws for what stands in it. */
export async function readMessage(bytes: Uint8Array): Promise<Reading> {
  const parsed = parseBody(bytes);
  const owner = readOwner(parsed.ok ? parsed.value : null);
  if (!parsed.ok) return bad("the body is not JSON", owner);
  if (depthOf(parsed.text, MAX_DEPTH) > MAX_DEPTH) return bad(`JSON nested deeper than ${MAX_DEPTH}`, owner);
  const happening = readEnvelope(parsed.value);
  if (typeof happening === "string") return bad(`no envelope: ${happening}`, owner);
  if (isLifecycleType(happening.type)) {
    const missing = missingOf(happening);
    return missing === null ? { is: "lifecycle", happening } : bad(missing, owner, happening);
  }
  if (!isMirrored(happening.type)) return { is: "unknown", happening };
  const hasData = isObject(parsed.value) && isObject(parsed.value.data);
  const snapshot = hasData ? await readSnapshot(happening) : null;
  if (snapshot === null) return bad(`no ${happening.type} snapshot`, owner, happening);
  return { is: "snapshot", happening, snapshot };
}

const bad = (reason: string, owner: BodyOwner, happening: Happening | null = null): Reading => ({
  is: "bad",
  happening,
  owner,
  reason,
});

/** The bytes that a message carries itself; null where they are spilled. */
export const bytesOf = ({ body }: WebhookMessage): Uint8Array | null =>
  body === undefined ? null : new Uint8Array(body);
