import { env } from "cloudflare:workers";
import { type Counts, counted } from "../../bench/worker/counted.ts";
import type { Env } from "../../src/bindings.ts";
import { type Connection, findConnection, openConnection } from "../../src/connections/index.ts";
import { openDatabase } from "../../src/db/client.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { startSync } from "../../src/mirror/index.ts";
import type { World } from "../../src/world.ts";
import { consumeNow, heldQueue } from "./webhooks.ts";
import { testWorld } from "./world.ts";

/** What Revento answers to one call: rows of a list, or a failure. */
export type PageAnswer =
  | {
      readonly rows: readonly Readonly<Record<string, unknown>>[];
      readonly next?: string | null;
      readonly date: number;
      /** How long the call took. */
      readonly durationMs?: number;
    }
  | { readonly failure: Readonly<Record<string, unknown>> };

export interface PagesWorld {
  readonly world: World;
  readonly sync: SyncMessage[];
  /** What D1's own meter says of all that ran. */
  readonly counts: Counts;
  /** Runs one job that waits, within this world or another. @returns false where none does */
  step(within?: World): Promise<boolean>;
}

/** A Revento of one function: what a list answers at a cursor. Program lists are empty unless it says otherwise. */
export function pagesWorld(
  answer: (resource: string, cursor: string | null) => PageAnswer | null | Promise<PageAnswer | null>,
  clock: { at: number },
): PagesWorld {
  const sync = heldQueue<SyncMessage>();
  const tries = new WeakMap<object, number>();
  const call = async ({ path, query }: { path: string; query: Record<string, string> }) => {
    const resource = path.split("/")[3] ?? "event";
    const given = (await answer(resource, query.cursor ?? null)) ?? { rows: [], date: clock.at };
    return { outcome: outcomeOf(resource, given), records: [], connectionId: null };
  };
  const CONNECTION = {
    idFromName: (name: string) => name,
    get: () => ({ call }),
  } as unknown as Env["CONNECTION"];
  const { binding, counts } = counted(env.DB);
  const world = testWorld({
    now: () => clock.at,
    db: openDatabase(binding),
    env: { ...env, SYNC: sync, HANDLERS: heldQueue(), CONNECTION } as Env,
  });
  const step = async (within = world): Promise<boolean> => {
    const message = sync.sent.shift();
    if (message === undefined) return false;
    const attempts = tries.get(message) ?? 1;
    const { retriedIndexes } = await consumeNow([message], within, "revento-sync", attempts);
    if (retriedIndexes.length > 0) {
      tries.set(message, attempts + 1);
      sync.sent.push(message);
    }
    return true;
  };
  return { world, sync: sync.sent, counts, step };
}

function outcomeOf(resource: string, answer: PageAnswer): unknown {
  if ("failure" in answer) return { ok: false, failure: { requestId: "r", ...answer.failure } };
  const isWhole = resource === "event" || resource === "program";
  const next = answer.next ?? null;
  const body = isWhole
    ? (answer.rows[0] ?? { id: "evt" })
    : { data: answer.rows, next_cursor: next, has_more: next !== null };
  return {
    ok: true,
    body: JSON.stringify(body),
    date: answer.date,
    durationMs: answer.durationMs ?? 0,
    requestId: "r",
  };
}

/** A whole reconcile of a connection, a minute later. */
export async function walkAll(
  { world, step }: Pick<PagesWorld, "world" | "step">,
  connection: Connection,
  clock: { at: number },
): Promise<void> {
  clock.at += 60_000;
  await startSync(world, connection, "reconcile");
  while (await step());
}

let opened = 0;

/** A connection of its own for each call, begun at `connectedAt`. */
export async function openPlain(
  world: World,
  connectedAt: number,
  scopes: readonly string[] = ["event.read", "participants.read", "program.read"],
): Promise<Connection> {
  const key = { eventId: `evt_plain_${++opened}`, organizationId: "org_plain" };
  await openConnection(world, { ...key, connectedAt, grantedScopes: scopes, askedScopes: scopes });
  const connection = await findConnection(world, key);
  if (connection === null) throw new Error("not connected");
  return connection;
}
