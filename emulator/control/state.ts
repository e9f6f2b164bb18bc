import { Hono } from "hono";
import { findAccount, findEvent, findParticipant } from "../actions/find.ts";
import { manifestJson } from "../actions/manifest.ts";
import { programJson } from "../api/program.ts";
import type { Core } from "../core.ts";
import type { Env } from "../http.ts";
import { applicationJson, eventJson, type Json, participantJson } from "../state/snapshots.ts";
import type { EventRecord, Participant } from "../state/types.ts";
import { connectionJson, grantJson, meterJson } from "./show.ts";
import { readWindow, windowOf } from "./window.ts";

/** `GET /_emulator/state/…`: everything there is to look at. */
export function stateRoutes(core: Core): Hono<Env> {
  const state = new Hono<Env>();
  const { store } = core;
  state.get("/events", (c) =>
    c.json({ data: [...store.events.values()].map((event) => eventRow(core, event)) }),
  );
  state.get("/events/:id", (c) => c.json(eventRow(core, findEvent(core, c.req.param("id")))));
  state.get("/events/:id/program", (c) => c.json(programJson(findEvent(core, c.req.param("id")), store)));
  state.get("/events/:id/participants", (c) => {
    const event = findEvent(core, c.req.param("id"));
    const { q = "", status } = c.req.query();
    const rows = event.participants.all().filter((row) => matches(core, row, q.toLowerCase(), status));
    return c.json(windowOf(rows, readWindow(c), (row) => participantRow(core, row)));
  });
  state.get("/events/:id/participants/:participant", (c) => {
    const { participant } = findParticipant(core, c.req.param("id"), c.req.param("participant"));
    return c.json({ ...participantRow(core, participant), application: applicationJson(participant) });
  });
  state.get("/accounts", (c) => {
    const wanted = (c.req.query("q") ?? "").toLowerCase();
    const rows = [...store.accounts.values()].filter(({ id, display_name, email }) =>
      `${id} ${display_name} ${email}`.toLowerCase().includes(wanted),
    );
    return c.json(
      windowOf(rows, readWindow(c), (row) => ({ ...row, applications: applicationsOf(core, row.id) })),
    );
  });
  state.get("/accounts/:id", (c) => {
    const account = findAccount(core, c.req.param("id"));
    return c.json({ ...account, applications: applicationsOf(core, account.id) });
  });
  state.get("/connections", (c) =>
    c.json({ data: core.connections.all().map((connection) => connectionJson(core, connection)) }),
  );
  state.get("/grants", (c) => c.json({ data: core.grants.all().map((grant) => grantJson(core, grant)) }));
  state.get("/meters", (c) =>
    c.json({ data: core.grants.active(() => true).map((grant) => meterJson(core, grant)) }),
  );
  state.get("/integration", (c) => c.json(manifestJson(core)));
  state.get("/organization", (c) => c.json({ ...store.organization, roles: store.roles }));
  return state;
}

function applicationsOf(core: Core, userId: string): Json {
  return Object.fromEntries(core.store.applications.get(userId) ?? []);
}

function matches(core: Core, row: Participant, q: string, status: string | undefined): boolean {
  const isCancelled = row.cancelled_at !== null;
  if (status === "cancelled" ? !isCancelled : status && (isCancelled || row.status !== status)) return false;
  const account = core.store.accounts.get(row.user_id);
  return `${row.id} ${row.user_id} ${account?.display_name} ${account?.email}`.toLowerCase().includes(q);
}

function participantRow(core: Core, participant: Participant): Json {
  const { cancelled_at, activity_ids } = participant;
  return { ...participantJson(participant, core.store), cancelled_at, activity_ids };
}

function eventRow(core: Core, event: EventRecord): Json {
  const counts: Record<string, number> = {};
  for (const row of event.participants.all()) {
    const key = row.cancelled_at === null ? row.status : "cancelled";
    counts[key] = (counts[key] ?? 0) + 1;
  }
  const connection = core.connections.get(event.id);
  return {
    ...eventJson(event, core.store),
    archived_at: event.archived_at,
    payment_required: event.payment_required,
    participants: counts,
    activities: event.activities.all().length,
    connection: connection ? connectionJson(core, connection) : null,
  };
}
