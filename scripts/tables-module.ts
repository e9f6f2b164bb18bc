import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import * as schema from "../src/db/schema.ts";

export interface TableFacts {
  readonly name: string;
  /** Columns of the primary key. */
  readonly keys: readonly string[];
  readonly hasConnectionId: boolean;
}

/** Every table of the schema, by name: the order of exports is the bundler's. */
export function tablesOfSchema(): readonly TableFacts[] {
  return Object.values(schema)
    .filter((value) => is(value, SQLiteTable))
    .map((table) => getTableConfig(table))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, columns, primaryKeys }) => ({
      name,
      keys: (primaryKeys[0]?.columns ?? columns.filter((column) => column.primary)).map(
        (column) => column.name,
      ),
      hasConnectionId: columns.some((column) => column.name === "connection_id"),
    }));
}

/** The text of `src/db/tables.ts`: what the Worker has to know of the schema while it runs, without drizzle. */
export function tablesModule(): string {
  return `/** Every table, its key, and whether its rows belong to a connection. Written by \`npm run db:generate\` from schema.ts; do not edit. */
export const TABLES: readonly {
  readonly name: string;
  readonly keys: readonly string[];
  readonly hasConnectionId: boolean;
}[] = ${JSON.stringify(tablesOfSchema(), null, 2)};
`;
}
