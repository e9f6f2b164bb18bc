import { expect, test } from "vitest";
import { tablesOfSchema } from "../../scripts/tables-module.ts";
import { TABLES } from "../../src/db/tables.ts";

test("what the Worker knows of the tables is what the schema says: else run npm run db:generate", () => {
  expect(TABLES).toEqual(tablesOfSchema());
});
