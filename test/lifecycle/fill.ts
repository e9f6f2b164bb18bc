import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import * as schema from "../../src/db/schema.ts";
import type { World } from "../../src/world.ts";

export const tables = Object.values(schema)
  .filter((value) => is(value, SQLiteTable))
  .map((table) => getTableConfig(table));

/** Tables that hold nothing of a connection's people by their nature; every other one is filled and searched. */
const GLOBAL = [
  "connections",
  "guards",
  "platform_state",
  "oauth_flows",
  "counters",
  "cron_runs",
  "signals",
  "sign_in_failures",
  "arrivals",
  "alert_channels",
  "trials",
  "handler_circuits",
  "user_grants",
];
/** Texts of the records that stay and that are no ids. */
const WORDS = ["actor", "action", "type"];

type Column = (typeof tables)[number]["columns"][number];

function cellFor(column: Column, known: Readonly<Record<string, string>>, marker: string, n: number) {
  const given = known[column.name];
  if (given !== undefined) return given;
  if (WORDS.includes(column.name)) return "word";
  if (column.enumValues !== undefined)
    return column.enumValues[column.name === "kind" ? column.enumValues.length - 1 : 0];
  if (column.columnType === "SQLiteTextJson") return JSON.stringify({ note: "x" });
  if (column.dataType === "number" || column.dataType === "boolean") return column.name === "id" ? null : 1;
  return `${marker}-${n}`;
}

/** One row in every table that can hold a row of a connection's people, each with `marker` in its texts. */
export async function fillTables(
  world: World,
  key: { readonly connectionId: string; readonly eventId: string; readonly organizationId: string },
  marker: string,
): Promise<string[]> {
  const known = {
    connection_id: key.connectionId,
    event_id: key.eventId,
    organization_id: key.organizationId,
  };
  const filled = tables.filter(({ name }) => !GLOBAL.includes(name));
  await world.db.raw.batch(
    filled.map(({ name, columns }, n) =>
      world.db.raw
        .prepare(
          `INSERT INTO ${name} (${columns.map((column) => column.name).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
        )
        .bind(...columns.map((column) => cellFor(column, known, marker, n))),
    ),
  );
  return filled.map(({ name }) => name);
}

/** Names of the tables that hold `marker` anywhere. */
export async function tablesWith(world: World, marker: string): Promise<string[]> {
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const { results } = await world.db.raw.prepare(`SELECT * FROM ${name}`).all();
      const text = JSON.stringify(results, (_, value) =>
        Array.isArray(value) && typeof value[0] === "number" ? String.fromCharCode(...value) : value,
      );
      return text.includes(marker) ? name : null;
    }),
  );
  return found.filter((name) => name !== null);
}
