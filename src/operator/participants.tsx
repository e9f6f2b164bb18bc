import type { AppContext } from "../app-env.ts";
import type { Connection } from "../connections/index.ts";
import { decodeCursor, encodeCursor } from "../lib/cursor.ts";
import { listMirrored } from "../records/index.ts";
import { Badge, Name, Table } from "../ui/index.ts";
import { at, connectionPath, nextPage, opsPage } from "./frame.tsx";

const PAGE = 50;

/** `GET …/participants`: the mirrored people of one connection. */
export async function showParticipants(c: AppContext, connection: Connection): Promise<Response> {
  const after = decodeCursor(c.req.query("cursor") ?? "", ["string"]);
  const q = c.req.query("q");
  const rows = await listMirrored(c.get("world"), connection.id, {
    q,
    after: after === null ? null : String(after[0]),
    limit: PAGE + 1,
  });
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  const path = connectionPath(connection.eventId, connection.organizationId);
  return opsPage(
    c,
    `Participants of ${connection.eventName ?? connection.eventId}`,
    <>
      <form class="filters" method="get" action={`${path}/participants`}>
        <label>
          Name, e-mail or id
          <input type="search" name="q" value={q} />
        </label>
        <button class="button" type="submit">
          Search
        </button>
        <a class="button quiet" href={path}>
          Back to the connection
        </a>
      </form>
      <Table
        label="Participants"
        rows={shown}
        empty="Nobody is mirrored here, or nobody fits."
        columns={[
          { head: "Name", cell: (one) => <Name name={one.displayName ?? "–"} /> },
          { head: "E-mail", cell: (one) => <Name name={one.email ?? "–"} /> },
          { head: "Application", cell: (one) => one.applicationStatus ?? "–" },
          {
            head: "State",
            cell: (one) => <Badge tone={one.state === "present" ? "ok" : "warn"}>{one.state}</Badge>,
          },
          { head: "Registered", cell: (one) => at(one.registeredAt) },
          { head: "Checked in", cell: (one) => at(one.checkedInAt) },
          {
            head: "Id",
            cell: (one) => <a href={`/ops/trace?id=${encodeURIComponent(one.id)}`}>{one.id}</a>,
          },
        ]}
      />
      {nextPage(c, rows.length > PAGE && last !== undefined ? encodeCursor([last.id]) : null)}
    </>,
  );
}
