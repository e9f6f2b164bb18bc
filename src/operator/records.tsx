import type { AppContext } from "../app-env.ts";
import { decodeCursor, encodeCursor } from "../lib/cursor.ts";
import { idHasher } from "../lifecycle/index.ts";
import {
  DELIVERY_OUTCOMES,
  type DeliveryKey,
  listAudit,
  listDeliveries,
  type TimelineEntry,
  traceId,
  traceParticipant,
} from "../records/index.ts";
import { Badge, Table } from "../ui/index.ts";
import type { World } from "../world.ts";
import { Timeline } from "./connection.tsx";
import { at, connectionPath, nextPage, opsPage } from "./frame.tsx";

const PAGE = 50;
const cursorOf = (c: AppContext, kinds: readonly ("string" | "number")[]) =>
  decodeCursor(c.req.query("cursor") ?? "", kinds);

/** `GET /ops/deliveries`. */
export async function showDeliveries(c: AppContext): Promise<Response> {
  const outcome = DELIVERY_OUTCOMES.find((one) => one === c.req.query("status"));
  const after = cursorOf(c, ["number", "string"]) as DeliveryKey | null;
  const rows = await listDeliveries(c.get("world"), { outcome, after, limit: PAGE + 1 });
  const last = rows.slice(0, PAGE).at(-1);
  return opsPage(
    c,
    "Deliveries",
    <>
      <form class="filters" method="get" action="/ops/deliveries">
        <label>
          Outcome
          <select name="status">
            <option value="">any</option>
            {DELIVERY_OUTCOMES.map((one) => (
              <option value={one} selected={one === outcome}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <button class="button" type="submit">
          Filter
        </button>
      </form>
      <Table
        label="Deliveries"
        rows={rows.slice(0, PAGE)}
        empty="No webhook has arrived yet, or none fits."
        columns={[
          { head: "Received (UTC)", cell: (row) => at(row.receivedAt) },
          { head: "Type", cell: (row) => row.type },
          {
            head: "Outcome",
            cell: (row) => <Badge tone={row.outcome === "set_aside" ? "bad" : "plain"}>{row.outcome}</Badge>,
          },
          {
            head: "Event",
            cell: (row) =>
              row.eventId === null || row.organizationId === null ? (
                "–"
              ) : (
                <a href={connectionPath(row.eventId, row.organizationId)}>{row.eventId}</a>
              ),
          },
          {
            head: "Lag, ms",
            isNumber: true,
            cell: (row) => (row.processedAt === null ? "–" : row.processedAt - row.receivedAt),
          },
          { head: "Attempts", isNumber: true, cell: (row) => row.attempts },
          {
            head: "Delivery",
            cell: (row) => (
              <a href={`/ops/trace?id=${encodeURIComponent(row.deliveryId)}`}>
                <code>{row.deliveryId.slice(0, 13)}</code>
              </a>
            ),
          },
        ]}
      />
      {nextPage(c, rows.length > PAGE && last !== undefined ? encodeCursor(last.key) : null)}
    </>,
  );
}

/** What is known under an id, whatever it names. An audit entry about a participant is found under both, and shown once. */
async function traceAny(world: World, id: string, hash: (id: string) => Promise<string>) {
  const [byId, byPerson] = await Promise.all([traceId(world, id, hash), traceParticipant(world, id, hash)]);
  const known = new Set(byId.map((entry) => `${entry.kind} ${entry.id}`));
  const isNew = (entry: TimelineEntry) => !known.has(`${entry.kind} ${entry.id}`);
  return [...byId, ...byPerson.filter(isNew)].sort((a, b) => a.at - b.at);
}

/** `GET /ops/trace?id=`: any id → everything that happened, in order. */
export async function showTrace(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const id = c.req.query("id")?.trim() ?? "";
  const hash = id === "" ? null : await idHasher(world);
  const entries = hash === null ? [] : await traceAny(world, id, hash);
  return opsPage(
    c,
    "Trace",
    <>
      <form class="filters" method="get" action="/ops/trace">
        <label>
          Request id, delivery id, job id, participant id, event id or connection
          <input type="search" name="id" value={id} required />
        </label>
        <button class="button" type="submit">
          Trace
        </button>
      </form>
      {id !== "" && <Timeline entries={entries} />}
    </>,
  );
}

/** `GET /ops/audit`: who did what, newest first. Nothing here can be changed. */
export async function showAudit(c: AppContext): Promise<Response> {
  const after = cursorOf(c, ["number", "number"]) as readonly [number, number] | null;
  const rows = await listAudit(c.get("world"), { after, limit: PAGE + 1 });
  const last = rows.slice(0, PAGE).at(-1);
  return opsPage(
    c,
    "Audit log",
    <>
      <Table
        label="Audit log"
        rows={rows.slice(0, PAGE)}
        empty="Nothing was done yet."
        columns={[
          { head: "When (UTC)", cell: (row) => at(row.at) },
          { head: "Who", cell: (row) => row.actor },
          { head: "What", cell: (row) => row.action },
          { head: "On", cell: (row) => row.subject ?? "–" },
          { head: "Detail", cell: (row) => (row.detail === null ? "–" : <code>{row.detail}</code>) },
        ]}
      />
      {nextPage(c, rows.length > PAGE && last !== undefined ? encodeCursor([last.at, last.id]) : null)}
    </>,
  );
}
