import type { Env } from "../../src/bindings.ts";
import { findConnection, openConnection } from "../../src/connections/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { runPage, startRun, startSync } from "../../src/mirror/index.ts";
import type { World } from "../../src/world.ts";

const keyOf = (walk: number) => ({ eventId: `evt_bench_reconcile_${walk}`, organizationId: "org_bench" });
const PAGE = 50;
const CONNECTED_AT = 1_600_000_000_000;

/** Jobs of each walk that wait between two requests of the benchmark. */
const walks = new Map<number, SyncMessage[]>();

export interface Walk {
  readonly people: number;
  /** How many jobs to run at most. */
  readonly steps: number;
  /** Which event. */
  readonly walk?: number;
  /** How long Revento takes to answer. */
  readonly answerMs?: number;
}

/** Runs jobs of a walk over so many people. Begins one where none runs. */
export async function reconcile(
  world: World,
  { people, steps, walk = 0, answerMs = 0 }: Walk,
): Promise<{ left: number; ran: number }> {
  const KEY = keyOf(walk);
  const waiting = walks.get(walk) ?? [];
  walks.set(walk, waiting);
  const SYNC = {
    send: async (message: SyncMessage) => {
      waiting.push(message);
    },
  } as unknown as Env["SYNC"];
  const stub = {
    call: async (request: { path: string; query: Record<string, string> }) => {
      if (answerMs > 0) await new Promise((resolve) => setTimeout(resolve, answerMs));
      return answer(request, people);
    },
  };
  const CONNECTION = { idFromName: (name: string) => name, get: () => stub } as unknown as Env["CONNECTION"];
  const walker: World = { ...world, env: { ...world.env, SYNC, CONNECTION } };
  if (waiting.length === 0) {
    const known = await findConnection(world, KEY);
    const scopes = ["event.read", "participants.read"];
    if (known === null) {
      await openConnection(world, {
        ...KEY,
        connectedAt: CONNECTED_AT,
        grantedScopes: scopes,
        askedScopes: scopes,
      });
    }
    const connection = known ?? (await findConnection(world, KEY));
    if (connection === null) throw new Error("the benchmark's event is not connected");
    await startSync(walker, connection, known === null ? "initial" : "reconcile");
  }
  let ran = 0;
  for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
    if (message.kind === "sync.start") await startRun(walker, message);
    else if (message.kind === "sync.page") {
      const verdict = await runPage(walker, message, 1);
      if (verdict.do !== "ack") throw new Error(`a page ended in ${verdict.do}`);
    }
    if (++ran >= steps) break;
  }
  return { left: waiting.length, ran };
}

function answer({ path, query }: { path: string; query: Record<string, string> }, people: number): unknown {
  const resource = path.split("/")[3] ?? "event";
  const requestId = crypto.randomUUID();
  if (resource !== "event" && resource !== "participants") {
    return reply({ ok: false, failure: { kind: "missing_scope", scope: "program.read" } });
  }
  const from = Number(query.cursor ?? 0);
  const to = Math.min(people, from + PAGE);
  const data = Array.from({ length: to - from }, (_, offset) => person(from + offset));
  const next = to < people ? String(to) : null;
  const body =
    resource === "event"
      ? { id: path.split("/")[2], title: "Bench" }
      : { data, next_cursor: next, has_more: next !== null };
  return reply({ ok: true, body: JSON.stringify(body), date: Date.now(), durationMs: 0, requestId });
}

const reply = (outcome: unknown) => ({ outcome, records: [], connectionId: null });

const person = (index: number) => ({
  id: `ptp_${String(index).padStart(6, "0")}`,
  user_id: `usr_${index}`,
  application_id: `app_${index}`,
  application_status: "approved",
  display_name: `Łucja Żółć ${index}`,
  email: `person${index}@example.test`,
  role: "Participant",
  custom_form_fields: { favorite_track: "Ścieżka", dietary_notes: "—", arrival_day: "2026-11-21" },
  registered_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
});
