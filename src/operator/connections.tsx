import type { FC } from "hono/jsx";
import type { AppContext } from "../app-env.ts";
import { type Connection, type ConnectionStatus, searchConnections } from "../connections/index.ts";
import { STALE_AFTER_MS, shownHealth } from "../health/index.ts";
import { decodeCursor, encodeCursor } from "../lib/cursor.ts";
import { scopeState } from "../lifecycle/index.ts";
import { INSTALLATION_SCOPES } from "../manifest-shape.ts";
import { Badge, Name, Table } from "../ui/index.ts";
import { at, connectionPath, nextPage, opsPage } from "./frame.tsx";
import { healthTone, REASONS, statusTone } from "./words.ts";

const PAGE = 50;
const STATUSES: readonly ConnectionStatus[] = ["active", "reconnect_required", "suspended", "ended"];
const HEALTH = ["healthy", "throttled", "error", "revoked", "unknown"];
const SCOPES = INSTALLATION_SCOPES.flatMap((scope) => [scope, `!${scope}`]);

/** A filter of the address where it is one of the choices; anything else filters nothing. */
const chosen = (c: AppContext, name: string, choices: readonly string[]): string | undefined => {
  const value = c.req.query(name);
  return value !== undefined && choices.includes(value) ? value : undefined;
};

/** `GET /ops/connections`: search, filters, pages in an order that does not move. */
export async function showConnections(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const after = decodeCursor(c.req.query("cursor") ?? "", ["string", "string"]);
  const q = c.req.query("q")?.trim();
  const rows = await searchConnections(world, {
    status: STATUSES.find((status) => status === c.req.query("status")),
    reason: chosen(c, "reason", Object.keys(REASONS)),
    health: chosen(c, "health", HEALTH),
    staleBefore: world.now() - STALE_AFTER_MS,
    scope: chosen(c, "scope", SCOPES),
    q: q === "" ? undefined : q,
    after: after === null ? null : { eventId: String(after[0]), organizationId: String(after[1]) },
    limit: PAGE + 1,
  });
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  const cursor =
    rows.length > PAGE && last !== undefined ? encodeCursor([last.eventId, last.organizationId]) : null;
  return opsPage(
    c,
    "Connections",
    <>
      <Filters c={c} />
      <Table
        label="Connections"
        rows={shown}
        empty="No connection fits. Organizers connect an event at the start page."
        columns={columns(c)}
      />
      {nextPage(c, cursor)}
    </>,
  );
}

const columns = (c: AppContext) => {
  const world = c.get("world");
  return [
    {
      head: "Event",
      cell: (one: Connection) => (
        <>
          <a href={connectionPath(one.eventId, one.organizationId)}>
            <Name name={one.eventName ?? one.eventId} />
          </a>
          {one.eventName !== null && <div class="small muted">{one.eventId}</div>}
        </>
      ),
    },
    { head: "Organization", cell: (one: Connection) => one.organizationId },
    {
      head: "Status",
      cell: (one: Connection) => <Badge tone={statusTone(one.status)}>{one.status}</Badge>,
    },
    { head: "Reason", cell: (one: Connection) => one.reason ?? "–" },
    {
      head: "Health",
      cell: (one: Connection) => {
        const { state } = shownHealth(one, world.now());
        return <Badge tone={healthTone(state)}>{state}</Badge>;
      },
    },
    {
      head: "Consent",
      cell: (one: Connection) =>
        one.status === "active" && scopeState(one, world.manifest).missing.length > 0 ? (
          <Badge tone="warn">re-consent required</Badge>
        ) : (
          "complete"
        ),
    },
    { head: "Connected", cell: (one: Connection) => at(one.connectedAt) },
  ];
};

const Filters: FC<{ c: AppContext }> = ({ c }) => (
  <form class="filters" method="get" action="/ops/connections">
    <label>
      Name or id begins with
      <input type="search" name="q" value={c.req.query("q")} />
    </label>
    <Choice c={c} name="status" label="Status" choices={STATUSES} />
    <Choice c={c} name="reason" label="Reason" choices={Object.keys(REASONS)} />
    <Choice c={c} name="health" label="Health" choices={HEALTH} />
    <Choice c={c} name="scope" label="Scope" choices={SCOPES} />
    <button class="button" type="submit">
      Filter
    </button>
  </form>
);

const Choice: FC<{ c: AppContext; name: string; label: string; choices: readonly string[] }> = (props) => (
  <label>
    {props.label}
    <select name={props.name}>
      <option value="">any</option>
      {props.choices.map((choice) => (
        <option value={choice} selected={props.c.req.query(props.name) === choice}>
          {choice.startsWith("!") ? `without ${choice.slice(1)}` : choice}
        </option>
      ))}
    </select>
  </label>
);
