import { type CallResult, revento } from "../../grants/index.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ConnectionLife } from "../../messages.ts";
import type { World } from "../../world.ts";
import type { Position } from "./run.ts";

/** A page of any resource. */
export interface FetchedPage {
  readonly rows: readonly JsonObject[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  /** Revento's clock: everything up to then is contained. */
  readonly rank: number;
}

/** `Date` has whole seconds, so that the answer may be up to this much later than it says. */
const DATE_SLACK_MS = 1_000;

interface ListPage {
  readonly data: readonly JsonObject[];
  readonly next_cursor?: string | null | undefined;
  readonly has_more: boolean;
}

/**
 * Reads a page from Revento. A list that says there is more and does not say where, or has nothing there, is malformed:
 * taking it for the end would cancel whoever stands behind.
 */
export async function fetchPage(
  world: World,
  life: ConnectionLife,
  position: Position,
): Promise<CallResult<FetchedPage>> {
  const answer = await call(world, life, position);
  if (!answer.ok) return answer;
  const { value, date, durationMs, requestId } = answer;
  const nextCursor = value.has_more ? (value.next_cursor ?? null) : null;
  if (value.has_more && (nextCursor === null || nextCursor === position.cursor)) {
    const detail = "has_more without a next cursor";
    return { ok: false, failure: { kind: "revento_malformed", detail, requestId } };
  }
  if (position.cursor !== null && value.data.length === 0) {
    const detail = "a page that was promised is empty";
    return { ok: false, failure: { kind: "revento_malformed", detail, requestId } };
  }
  return { ...answer, value: { rows: value.data, nextCursor, rank: date - durationMs - DATE_SLACK_MS } };
}

async function call(world: World, life: ConnectionLife, position: Position): Promise<CallResult<ListPage>> {
  const client = revento(world, life, "sync", life.generation);
  const page = { cursor: position.cursor };
  switch (position.resource) {
    case "event":
      return whole(await client.event());
    case "program":
      return whole(await client.program());
    case "participants":
      return client.participants(page);
    case "activities":
      return client.activities(page);
    case "threads":
      return client.threads(page);
    case "locations":
      return client.locations(page);
    case "registration_waves":
      return client.registrationWaves(page);
  }
}

/** One object as a list of one page. */
function whole(answer: CallResult<JsonObject>): CallResult<ListPage> {
  return answer.ok ? { ...answer, value: { data: [answer.value], has_more: false } } : answer;
}
