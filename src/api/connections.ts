import type { AppContext } from "../app-env.ts";
import { type Connection, type ConnectionStatus, listConnections } from "../connections/index.ts";
import { readTimeline, type TimelineEntry, type TimelineKey } from "../records/index.ts";
import { answerList, given, iso, readChoice, readPage, refuse } from "./answer.ts";
import { connectionsJson } from "./connection-json.ts";

const STATUSES: readonly ConnectionStatus[] = ["active", "reconnect_required", "suspended", "ended"];

/** `GET /api/connections`: in the order of (event, organization). */
export async function listAllConnections(c: AppContext): Promise<Response> {
  const page = readPage<readonly [string, string]>(c, ["string", "string"]);
  if (!page.ok) return refuse(c, page.failure);
  const status = readChoice(c, "status", STATUSES);
  if (!status.ok) return refuse(c, status.failure);
  const { limit, after } = page.value;
  const connections = await listConnections(c.get("world"), {
    organizationId: given(c, "organization_id"),
    eventId: given(c, "event_id"),
    status: status.value,
    after: after === null ? undefined : { eventId: after[0], organizationId: after[1] },
    limit: limit + 1,
  });
  const shown = await connectionsJson(c, connections.slice(0, limit));
  return answerList(
    c,
    connections.map((connection, at) => ({ connection, json: shown[at] })),
    { limit },
    ({ connection }) => [connection.eventId, connection.organizationId],
    ({ json }) => json,
  );
}

/** `GET C`. */
export async function showConnection(c: AppContext, connection: Connection): Promise<Response> {
  const [json] = await connectionsJson(c, [connection]);
  return c.json(json as Record<string, unknown>);
}

/** `GET C/timeline`: newest first. */
export async function showTimeline(c: AppContext, connection: Connection): Promise<Response> {
  const page = readPage<TimelineKey>(c, ["number", "string", "string"]);
  if (!page.ok) return refuse(c, page.failure);
  const { limit, after } = page.value;
  const entries = await readTimeline(c.get("world"), connection.id, { after, limit: limit + 1 });
  return answerList(c, entries, { limit }, ({ at, kind, id }) => [at, kind, id], timelineJson);
}

export const timelineJson = ({ at, kind, id, summary }: TimelineEntry) => ({
  at: iso(at),
  kind,
  id,
  summary,
});
