import journal from "../../../migrations/meta/_journal.json";
import type { World } from "../../world.ts";
import { type CheckResult, failed, passed } from "../check.ts";

/** Names of the migrations that this code was built with. */
const EXPECTED: readonly string[] = journal.entries.map(({ tag }) => `${tag}.sql`);

export async function checkMigrations(world: World): Promise<CheckResult> {
  const { results } = await world.db.raw.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = results.map(({ name }) => name);
  const missing = EXPECTED.filter((name) => !applied.includes(name));
  return missing.length === 0
    ? passed("migrations", `${EXPECTED.length} of ${EXPECTED.length} applied`)
    : failed(
        "migrations",
        `not applied: ${missing.join(", ")}`,
        "Run npm run deploy: it migrates before it uploads.",
      );
}
