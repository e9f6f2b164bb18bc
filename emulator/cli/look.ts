import { type Call, isJson, type Json } from "./call.ts";
import { type Command, flag, type Output } from "./command.ts";
import { CommandFailed } from "./failure.ts";
import { pairs, rowsOf, table, word } from "./format.ts";

const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((place, name) => (isJson(place) ? place[name] : undefined), value);

const EVENT = { event: flag("Which event; default: the first", "ID") };

/** The event that is named, or the first. */
async function eventOf(call: Call, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const [first] = rowsOf(await call("GET", "/state/events"));
  if (!first) throw new CommandFailed("There is no event.");
  return word(first.id);
}

/** A command that shows one answer of the control API. */
function show(about: string, path: string, text: (answer: Json) => string): Command {
  const run = async ({ call }: { call: Call }): Promise<Output> => {
    const json = await call("GET", path);
    return { json, text: text(json) };
  };
  return { group: "Look", about, run };
}

function statusText(json: Json): string {
  return pairs([
    ["integration", `${word(at(json, "integration", "name"))} (${word(at(json, "integration", "status"))})`],
    ["client id", at(json, "integration", "client_id")],
    [
      "organization",
      `${word(at(json, "organization", "name"))} (${at(json, "organization", "formal") ? "formal" : "not formal"})`,
    ],
    ["webhooks to", at(json, "urls", "webhook") || "nowhere"],
    ["clock", `${word(at(json, "clock", "now"))}, ${Number(at(json, "clock", "ahead_ms")) / 1000} s ahead`],
    ["events", json.events],
    ["connections", `${word(json.active_connections)} active of ${word(json.connections)}`],
    ["active grants", json.active_grants],
    ["deliveries", json.deliveries],
    ["faults", json.faults],
    ["refresh mode", json.refresh_mode],
  ]);
}

const eventsText = (json: Json): string =>
  table(
    ["ID", "STATUS", "CONNECTION", "PARTICIPANTS", "TITLE"],
    rowsOf(json).map((row) => [
      row.id,
      row.archived_at === null ? row.publish_status : "archived",
      at(row, "connection", "status") ?? "none",
      row.participants,
      row.title,
    ]),
    "There is no event.",
  );

const connectionsText = (json: Json): string =>
  table(
    ["EVENT", "STATUS", "REASON", "CONNECTED", "SCOPES"],
    rowsOf(json).map((row) => [row.event_id, row.status, row.reason, row.connected_at, row.granted_scopes]),
    "Nothing is connected.",
  );

const grantsText = (json: Json): string =>
  table(
    ["ID", "KIND", "STATUS", "EVENT", "USER", "REFRESHES", "HOUR", "MINUTE", "ENDED BY"],
    rowsOf(json).map((row) => [
      row.id,
      row.kind,
      row.status,
      row.event_id,
      row.user_id,
      row.refreshes,
      used(row, "hour"),
      used(row, "minute"),
      row.end_reason,
    ]),
    "There is no grant.",
  );

function used(grant: Json, window: string): string {
  const limit = Number(at(grant, "rate", window, "limit"));
  return `${limit - Number(at(grant, "rate", window, "remaining"))}/${limit}`;
}

const assumptionsText = (json: Json): string =>
  table(
    ["§", "SWITCH", "PLAYED"],
    rowsOf(json).map((row) => [row.section, row.switch === null ? "—" : row.switch, row.text]),
    "",
  );

export const LOOK_COMMANDS: Record<string, Command> = {
  status: show("The emulator at a glance", "/status", statusText),
  events: show("Events, with their connections and counts", "/state/events", eventsText),
  connections: show("What organizers have connected", "/state/connections", connectionsText),
  grants: show("Tokens' grants, with their rate limits", "/state/grants", grantsText),
  assumptions: show("What the documents leave open, and the switch for it", "/assumptions", assumptionsText),
  participants: {
    group: "Look",
    about: "Participants of an event",
    flags: {
      ...EVENT,
      search: flag("Name, e-mail or id"),
      status: flag("pending, approved, rejected, revision_requested or cancelled"),
      limit: flag("How many; default 50", "N"),
      offset: flag("How many to pass over", "N"),
    },
    run: async ({ call, flags }) => {
      const query = new URLSearchParams({ limit: flags.text("limit") ?? "50" });
      for (const [name, value] of [
        ["q", flags.text("search")],
        ["status", flags.text("status")],
        ["offset", flags.text("offset")],
      ] as const) {
        if (value !== undefined) query.set(name, value);
      }
      const event = encodeURIComponent(await eventOf(call, flags.text("event")));
      const json = await call("GET", `/state/events/${event}/participants?${query}`);
      const rows = rowsOf(json);
      const text = table(
        ["ID", "STATUS", "REGISTERED", "NAME", "E-MAIL"],
        rows.map((row) => [
          row.id,
          row.cancelled_at === null ? row.application_status : "cancelled",
          row.registered_at === null ? "no" : "yes",
          row.display_name,
          row.email,
        ]),
        "Nobody fits.",
      );
      return { json, text: `${text}\n${rows.length} of ${word(json.total)}` };
    },
  },
  program: {
    group: "Look",
    about: "Activities of an event",
    flags: EVENT,
    run: async ({ call, flags }) => {
      const event = encodeURIComponent(await eventOf(call, flags.text("event")));
      const json = await call("GET", `/state/events/${event}/program`);
      return { json, text: programText(json) };
    },
  },
};

function programText(json: Json): string {
  const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
  const activities = list(json.days).flatMap((day) =>
    list(day.threads).flatMap((thread) => list(thread.activities)),
  );
  return table(
    ["ID", "STARTS", "STATUS", "TAKEN", "TITLE"],
    activities.map((row) => [
      row.id,
      row.start_at,
      row.status,
      `${word(row.signed_up_count)}/${word(row.capacity)}`,
      row.title,
    ]),
    "There is no activity.",
  );
}
