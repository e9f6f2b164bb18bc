import { hasScope } from "../connections/index.ts";
import { type Failure, fail, ok, type Result } from "../failure.ts";
import { type Answer, callApi } from "../revento/index.ts";
import { type Access, accessToken, heldGrant } from "./access.ts";
import { type Custody, isRunning } from "./custody.ts";
import { endOfDeadToken } from "./dead-token.ts";
import { codeOf, judgeCall } from "./judge.ts";
import type { CallRecord, CallReply, CallRequest } from "./protocol.ts";
import type { HeldGrant } from "./state.ts";

/** Tries after a 5xx or a broken road; a job of the background has its own backoff on top. */
const MAX_TRIES = 3;
/** Everything counted: also refused for too many at once, and called again with another token. */
const MAX_ATTEMPTS = 6;
/** No further try begins later than this. */
const GIVE_UP_MS = 15_000;
const BACKOFF_MS = 500;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Makes one call with the grant's token, with all that it may take: a refresh, a turn, another try. */
export async function performCall(custody: Custody, request: CallRequest): Promise<CallReply> {
  const records: CallRecord[] = [];
  const held = await admit(custody, request);
  const outcome = held.ok ? await attempt(custody, request, records) : held;
  return { outcome, records, connectionId: held.ok ? held.value.connectionId : null };
}

/** Refused before anything leaves: no grant, another life, or a scope that was not granted. */
async function admit(custody: Custody, request: CallRequest): Promise<Result<HeldGrant>> {
  const held = await heldGrant(custody, request.identity);
  if (!held.ok) return held;
  const refusal = refusalOf(held.value, request);
  return refusal === null ? held : fail(refusal);
}

function refusalOf(held: HeldGrant, { generation, scope }: CallRequest): Failure | null {
  if (generation !== null && generation !== held.generation) {
    return { kind: "not_connected", status: "ended", reason: null };
  }
  return hasScope(held, scope) ? null : { kind: "missing_scope", scope };
}

interface Progress {
  /** The token that Revento called dead or expired. */
  dead: string | null;
  /** Whether a call was repeated for the token's sake: once is all. */
  isRenewed: boolean;
  tries: number;
}

async function attempt(
  custody: Custody,
  request: CallRequest,
  records: CallRecord[],
): Promise<CallReply["outcome"]> {
  const startedAt = custody.world.now();
  const progress: Progress = { dead: null, isRenewed: false, tries: 0 };
  let last: Failure = { kind: "throttled", retryInS: 5 };
  while (records.length < MAX_ATTEMPTS) {
    const sent = await sendOne(custody, request, progress.dead, records);
    if (!sent.ok) return sent;
    const { answer, access, requestId } = sent.value;
    const verdict = judgeCall(answer, request.scope, requestId);
    if (verdict.kind === "ok") return reply(custody, answer, requestId);
    const next = await proceed(custody, verdict, access, progress, requestId);
    if (next !== null) last = next;
    const isFinal = next !== null && !(verdict.kind === "unavailable" && progress.tries < MAX_TRIES);
    if (isFinal || custody.world.now() - startedAt > GIVE_UP_MS) return fail(last);
    if (verdict.kind === "unavailable") await sleep(Math.random() * BACKOFF_MS * 2 ** progress.tries);
  }
  return fail(last);
}

/** Null: call again. For `unavailable` the failure is what to say should no try be left. */
async function proceed(
  custody: Custody,
  verdict: Exclude<ReturnType<typeof judgeCall>, { kind: "ok" }>,
  access: Access,
  progress: Progress,
  requestId: string,
): Promise<Failure | null> {
  switch (verdict.kind) {
    case "limited":
      return null;
    case "unavailable":
      progress.tries += 1;
      return verdict.failure;
    case "refused":
      if (verdict.isBug) custody.world.log.error("grant.wrong_token", { requestId });
      return verdict.failure;
    case "expired":
    case "dead": {
      const error = verdict.kind === "expired" ? "token_expired" : verdict.error;
      if (progress.isRenewed) return { kind: "revento_refused", status: 401, error, requestId };
      progress.isRenewed = true;
      if (verdict.kind === "dead") {
        const failure = await endOfDeadToken(custody, access, verdict.error);
        if (failure !== null) return failure;
      }
      progress.dead = access.token;
      return null;
    }
  }
}

interface Sent {
  readonly answer: Answer;
  readonly access: Access;
  readonly requestId: string;
}

/** One attempt: a token that serves, a turn, the call. The token is the one that is held when the turn comes. */
async function sendOne(
  custody: Custody,
  request: CallRequest,
  dead: string | null,
  records: CallRecord[],
): Promise<Result<Sent>> {
  const ready = await accessToken(custody, dead);
  if (!ready.ok) return ready;
  const pass = await custody.gate.acquire(request.priority);
  if (!pass.ok) return fail({ kind: "throttled", retryInS: pass.retryInS });
  const { world } = custody;
  const latest = await latestAccess(custody, request, ready.value, dead);
  if (!latest.ok) {
    custody.gate.release(pass.lease, { status: null, error: null, headers: null });
    return latest;
  }
  const access = latest.value;
  const requestId = crypto.randomUUID();
  const at = world.now();
  const { method, path, query } = request;
  const { apiUrl } = world.config;
  const answer = await callApi(world, { apiUrl, method, path, query, requestId, accessToken: access.token });
  const status = answer.kind === "answer" ? answer.status : null;
  const error = codeOf(answer);
  const headers = answer.kind === "answer" ? answer.headers : null;
  custody.gate.release(pass.lease, { status, error, headers });
  const { durationMs } = answer;
  records.push({ at, requestId, method, path, status, error, durationMs, attempt: records.length + 1 });
  return ok({ answer, access, requestId });
}

/**
 * While we waited for our turn a refresh may have settled, and killed the token that we were given; or its life is over,
 * and whoever works for that life has nothing to do in the next.
 */
async function latestAccess(
  custody: Custody,
  request: CallRequest,
  given: Access,
  dead: string | null,
): Promise<Result<Access>> {
  const isHeld = isRunning(custody, given.held) && custody.state.held?.rotation === given.held.rotation;
  const latest = isHeld ? ok(given) : await accessToken(custody, dead);
  const refusal = latest.ok ? refusalOf(latest.value.held, request) : null;
  return refusal === null ? latest : fail(refusal);
}

function reply(custody: Custody, answer: Answer, requestId: string): CallReply["outcome"] {
  if (answer.kind !== "answer") throw new Error("only an answer is fine");
  const { body, headers, durationMs } = answer;
  return { ok: true, body, date: headers.date ?? custody.world.now(), durationMs, requestId };
}
