import type { AppContext } from "../app-env.ts";
import { appendAudit } from "../connections/index.ts";
import { ok, type Result } from "../failure.ts";
import { isObject } from "../lib/json.ts";
import {
  type DeadLetter,
  type DeadLetterFilter,
  discardDeadLetter,
  FILTER_HELP,
  listDeadLetters,
  QUEUES,
  readFilter,
  replayDeadLetter,
  replayDeadLetters,
} from "../webhooks/index.ts";
import { answerList, badRequest, given, iso, readChoice, readPage, refuse } from "./answer.ts";
import { operatorOf } from "./guard.ts";

const letterJson = (letter: DeadLetter) => ({
  id: letter.id,
  queue: letter.queue,
  reason: letter.reason,
  type: letter.type,
  event_id: letter.eventId,
  organization_id: letter.organizationId,
  set_aside_at: iso(letter.setAsideAt),
  attempts: letter.attempts,
});

/** `GET /api/dead-letters?queue=&reason=`: newest first, never their content. */
export async function listLetters(c: AppContext): Promise<Response> {
  const page = readPage<readonly [number, string]>(c, ["number", "string"]);
  if (!page.ok) return refuse(c, page.failure);
  const queue = readChoice(c, "queue", QUEUES);
  if (!queue.ok) return refuse(c, queue.failure);
  const { limit, after } = page.value;
  const letters = await listDeadLetters(c.get("world"), {
    queue: queue.value,
    reason: given(c, "reason"),
    after: after === null ? undefined : { setAsideAt: after[0], id: after[1] },
    limit: limit + 1,
  });
  return answerList(c, letters, { limit }, ({ setAsideAt, id }) => [setAsideAt, id], letterJson);
}

const missing = { kind: "not_found", what: "dead letter" } as const;

/** `POST /api/dead-letters/{id}/replay`. */
export async function replayOne(c: AppContext): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const outcome = await replayDeadLetter(c.get("world"), id, operatorOf(c));
  if (outcome === "missing") return refuse(c, missing);
  if (outcome === "failed") {
    const message = "No key of the ring opens this message, or its queue does not take it. It stays.";
    return refuse(c, { kind: "conflict", message });
  }
  return c.json({ status: "accepted", id }, 202);
}

/** `POST /api/dead-letters/replay`: all, or those of a `queue` or `reason`, 200 at a time. */
export async function replayAll(c: AppContext): Promise<Response> {
  const filter = await filterOf(c);
  if (!filter.ok) return refuse(c, filter.failure);
  const outcome = await replayDeadLetters(c.get("world"), filter.value, operatorOf(c));
  await audit(c, "dead_letters.replayed", { ...outcome });
  return c.json({ status: "accepted", ...outcome }, 202);
}

/** `DELETE /api/dead-letters/{id}`. */
export async function discard(c: AppContext): Promise<Response> {
  const isGone = await discardDeadLetter(c.get("world"), c.req.param("id") ?? "", operatorOf(c));
  return isGone ? c.body(null, 204) : refuse(c, missing);
}

/** The filter may stand in the query or in a JSON body. */
async function filterOf(c: AppContext): Promise<Result<DeadLetterFilter>> {
  const text = (await c.req.text()).trim();
  const body = text === "" ? {} : parseJson(text);
  const filter = isObject(body) ? readFilter({ ...c.req.query(), ...body }) : null;
  return filter === null ? badRequest(FILTER_HELP) : ok(filter);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const audit = (c: AppContext, action: string, detail: Readonly<Record<string, unknown>>): Promise<void> =>
  appendAudit(c.get("world"), { connectionId: null, actor: operatorOf(c), action, detail });
