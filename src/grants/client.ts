import type { ConnectionKey } from "../connections/index.ts";
import type { Failure } from "../failure.ts";
import { bounded } from "../lib/bounded.ts";
import { objectNamed } from "../objects.ts";
import {
  type Endpoint,
  listActivities,
  listLocations,
  listParticipants,
  listRegistrationWaves,
  listThreads,
  type PageRequest,
  parseJson,
  readApplications,
  readEvent,
  readProfile,
  readProgram,
} from "../revento/index.ts";
import type { World } from "../world.ts";
import type { ConnectionObject } from "./connection-object.ts";
import { type GrantIdentity, nameOf, ofConnection, ofUser, type UserGrantKey } from "./identity.ts";
import type { CallReply, Priority } from "./protocol.ts";
import { recordCalls } from "./records.ts";

/**
 * What a call to Revento gave. `date` is Revento's clock (epoch ms, to the second) and `durationMs` ours: a page
 * ranks at `date - durationMs - 1000`.
 */
export type CallResult<T> =
  | {
      readonly ok: true;
      readonly value: T;
      readonly date: number;
      readonly durationMs: number;
      readonly requestId: string;
    }
  | { readonly ok: false; readonly failure: Failure };

/** The object that holds a grant. */
export const grantObject = (world: World, identity: GrantIdentity): DurableObjectStub<ConnectionObject> =>
  objectNamed(world.config, world.env.CONNECTION, nameOf(identity));

/** Longer than anything the object does for a caller: wait for a refresh, for a turn, then two calls. */
const PATIENCE_MS = 45_000;

interface Caller {
  readonly identity: GrantIdentity;
  readonly priority: Priority;
  readonly generation: number | null;
}

async function call<T>(world: World, caller: Caller, endpoint: Endpoint<T>): Promise<CallResult<T>> {
  const { shape, ...request } = endpoint;
  const reply = await ask(world, { ...caller, ...request });
  if (reply === null) {
    const detail = "the grant's object did not answer";
    return { ok: false, failure: { kind: "storage_unavailable", detail } };
  }
  const result = judge(reply, shape);
  const isMalformed = !result.ok && result.failure.kind === "revento_malformed";
  await recordCalls(world, reply.connectionId, reply.records, isMalformed);
  return result;
}

/** An object that is being replaced by a deploy throws once; a call only reads, so that it is asked again. */
async function ask(
  world: World,
  request: Parameters<ConnectionObject["call"]>[0],
): Promise<CallReply | null> {
  for (const isLast of [false, true]) {
    try {
      const work: Promise<CallReply> = grantObject(world, request.identity).call(request);
      return await bounded(work, PATIENCE_MS, "the grant's object");
    } catch (error) {
      world.log.warn("grant.call_failed", { path: request.path, isLast, error: String(error) });
    }
  }
  return null;
}

function judge<T>(reply: CallReply, shape: Endpoint<T>["shape"]): CallResult<T> {
  const { outcome } = reply;
  if (!outcome.ok) return outcome;
  const { ok: _, body, ...call } = outcome;
  const parsed = shape.safeParse(parseJson(body));
  if (parsed.success) return { ok: true, value: parsed.data, ...call };
  const { requestId } = call;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "the body" : issue.path.join(".");
  const detail = `${where}: ${issue?.code ?? "unreadable"}`;
  return { ok: false, failure: { kind: "revento_malformed", detail, requestId } };
}

/**
 * The one way to call Revento for a connection. Every failure is a value: `throttled` (try again in N s, nothing was
 * lost), `not_connected`, `missing_scope` (no call was made), `revento_refused`, `revento_malformed`,
 * `revento_unavailable`, `not_found`, `storage_unavailable`.
 * @param generation the life that a job was made for: in another life it gets `not_connected`.
 */
export function revento(world: World, connection: ConnectionKey, priority: Priority, generation?: number) {
  const { eventId } = connection;
  const caller = { identity: ofConnection(connection), priority, generation: generation ?? null };
  const ask = <T>(endpoint: Endpoint<T>) => call(world, caller, endpoint);
  return {
    event: () => ask(readEvent(eventId)),
    program: () => ask(readProgram(eventId)),
    participants: (page?: PageRequest) => ask(listParticipants(eventId, page)),
    activities: (page?: PageRequest) => ask(listActivities(eventId, page)),
    threads: (page?: PageRequest) => ask(listThreads(eventId, page)),
    locations: (page?: PageRequest) => ask(listLocations(eventId, page)),
    registrationWaves: (page?: PageRequest) => ask(listRegistrationWaves(eventId, page)),
  };
}

/** The one way to call Revento for a person who signed in. A person waits: always interactive. */
export function reventoAsUser(world: World, user: UserGrantKey) {
  const caller = { identity: ofUser(user), priority: "interactive", generation: null } as const;
  return {
    profile: () => call(world, caller, readProfile()),
    application: () => call(world, caller, readApplications()),
  };
}
