import type { AppContext } from "../app-env.ts";
import { databaseFor } from "../db/client.ts";
import { BOM, csvLine } from "../lib/csv.ts";
import { type Translate, wordsOf } from "../ui/index.ts";
import { FLAG_SQL } from "./check-in.ts";
import type { Desk } from "./desk.tsx";

interface ExportRow {
  id: string;
  name: string | null;
  email: string | null;
  role: string | null;
  status: string | null;
  registered_at: number | null;
  at: number | null;
  flag: string | null;
}

const PAGE = 2000;

const SELECT = `
SELECT p.id, p.display_name AS name, p.email, p.role, p.application_status AS status, p.registered_at, c.at,
  ${FLAG_SQL} AS flag
FROM participants p LEFT JOIN check_ins c
  ON c.connection_id = p.connection_id AND c.participant_id = p.id AND c.taken_back_at IS NULL
WHERE p.connection_id = ?1 AND p.id > ?2 ORDER BY p.id LIMIT ${PAGE}`;

const HEADINGS = ["id", "name", "email", "role", "status", "registered", "arrived", "conflict"] as const;

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** `GET …/attendance.csv`: everybody, in pages, safe to open in a spreadsheet. */
export function exportAttendance(c: AppContext, desk: Desk): Response {
  const { connection } = desk;
  const database = databaseFor(c.get("world"), connection.id);
  const { t } = wordsOf(c);
  const encoder = new TextEncoder();
  let after: string | null = null;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(BOM + headingLine(t))),
    async pull(controller) {
      const { results } = await database.raw
        .prepare(SELECT)
        .bind(connection.id, after ?? "")
        .all<ExportRow>();
      controller.enqueue(encoder.encode(results.map(toLine).join("")));
      after = results.at(-1)?.id ?? null;
      if (results.length < PAGE) controller.close();
    },
  });
  const name = `attendance-${connection.eventId.replace(/[^\w-]/g, "_")}.csv`;
  return c.body(body, 200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  });
}

const headingLine = (t: Translate): string => csvLine(HEADINGS.map((heading) => t(`export.${heading}`)));

const toLine = (row: ExportRow): string =>
  csvLine([
    row.id,
    row.name,
    row.email,
    row.role,
    row.status,
    iso(row.registered_at),
    iso(row.at),
    row.at === null ? null : row.flag,
  ]);
