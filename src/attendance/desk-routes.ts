import * as z from "zod/mini";
import type { AppContext } from "../app-env.ts";
import { failureResponse } from "../ui/index.ts";
import { sharedCount } from "./announce.ts";
import { recordCheckIn, takeBackCheckIn } from "./check-in.ts";
import type { Desk } from "./desk.tsx";
import { type Change, listChanges, listGuests } from "./people.ts";

const actionShape = z.object({
  do: z.enum(["check_in", "undo"]),
  participant_id: z.string().check(z.minLength(1), z.maxLength(200)),
  /** How long ago it was tapped: the clock of a device cannot be trusted, its stopwatch can. */
  age_ms: z.optional(z.number().check(z.minimum(0), z.maximum(14 * 86_400_000))),
});
type Action = z.infer<typeof actionShape>;

const actionsShape = z.object({ actions: z.array(actionShape).check(z.maxLength(100)) });

/** Two devices' changes may commit in another order than their times say: a little is asked for twice. */
const OVERLAP_MS = 5000;

/** `GET …/guests.json`: everybody, so that the device finds them by itself. */
export async function giveGuests(c: AppContext, { connection }: Desk): Promise<Response> {
  const world = c.get("world");
  const now = world.now();
  // Counted first: a change in between makes the list newer than its version, which costs one more load and loses nobody.
  const numbers = await sharedCount(world, connection);
  const guests = await listGuests(world, connection.id);
  c.header("cache-control", "no-store");
  return c.json({ guests, now, numbers });
}

/** `GET …/changes.json?since=`: what other doors did, and by its version whether the list is still the one to go by. */
export async function giveChanges(c: AppContext, desk: Desk): Promise<Response> {
  c.header("cache-control", "no-store");
  return c.json(await newsSince(c, desk, Number(c.req.query("since") ?? 0)));
}

/** `POST …/check-ins`: from a script as JSON, from a form otherwise. */
export const takeCheckIns = (c: AppContext, desk: Desk): Promise<Response> =>
  (c.req.header("content-type") ?? "").startsWith("application/json")
    ? takeActions(c, desk)
    : takeForm(c, desk);

async function newsSince(c: AppContext, { connection }: Desk, since: number) {
  const world = c.get("world");
  const now = world.now();
  const from = Number.isFinite(since) ? since - OVERLAP_MS : 0;
  const [changes, numbers] = await Promise.all([
    listChanges(world, connection.id, from),
    sharedCount(world, connection),
  ]);
  return { now, changes, numbers };
}

/**
 * What a device has gathered, in the order of its taps. Sending it twice is harmless. The answer tells of these people
 * alone: a check-in stays cheap, and what other doors did comes with `changes.json`.
 */
async function takeActions(c: AppContext, desk: Desk): Promise<Response> {
  const body = actionsShape.safeParse(await c.req.json().catch(() => null));
  if (!body.success) {
    return failureResponse(c, { kind: "bad_request", message: "The body must hold `actions`." });
  }
  const results = [];
  const changes = new Map<string, Change>();
  for (const action of body.data.actions) {
    const id = action.participant_id;
    const result = await act(c, desk, action);
    if (result.ok) changes.set(id, { id, checkedInAt: result.value.at });
    results.push(
      result.ok
        ? { participant_id: id, at: result.value.at, flag: result.value.flag }
        : { participant_id: id, error: result.failure.kind },
    );
  }
  c.header("cache-control", "no-store");
  const numbers = await sharedCount(c.get("world"), desk.connection);
  return c.json({ results, changes: [...changes.values()], numbers });
}

/** The same without scripts: one tap, and back to the list. */
async function takeForm(c: AppContext, desk: Desk): Promise<Response> {
  const form = await c.req.parseBody();
  const action = actionShape.safeParse({ do: form.do, participant_id: form.participant_id });
  if (!action.success) return failureResponse(c, { kind: "bad_request", message: "Nobody was chosen." });
  const result = await act(c, desk, action.data);
  if (!result.ok) return failureResponse(c, result.failure);
  const query = new URLSearchParams({ done: result.value.participantId });
  if (typeof form.q === "string") query.set("q", form.q.slice(0, 200));
  return c.redirect(`${desk.base}?${query}`, 303);
}

function act(c: AppContext, desk: Desk, action: Action): ReturnType<typeof recordCheckIn> {
  const world = c.get("world");
  const { connection, by } = desk;
  const at = world.now() - Math.round(action.age_ms ?? 0);
  const { participant_id: participantId } = action;
  return action.do === "check_in"
    ? recordCheckIn(world, connection, { participantId, at, by })
    : takeBackCheckIn(world, connection, { participantId, at });
}
