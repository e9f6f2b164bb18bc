import { expect, test } from "vitest";
import { startSync } from "../../src/mirror/index.ts";
import { openStage } from "../support/stage.ts";
import { rowsOf } from "../support/webhooks.ts";

test("an initial sync fills the mirror with everything of the event", async () => {
  const stage = await openStage({ participants: 120 });
  await startSync(stage.world, stage.connection, "initial");
  await stage.drainSync();
  const [run] = await rowsOf("SELECT * FROM runs WHERE connection_id = ?", stage.connection.id);
  expect(run).toMatchObject({ state: "complete", kind: "initial", detail: null });
  const people = await rowsOf(
    "SELECT count(*) n FROM participants WHERE connection_id = ?",
    stage.connection.id,
  );
  expect(people).toEqual([{ n: 120 }]);
  const kinds = await rowsOf<{ kind: string }>(
    "SELECT kind, count(*) n FROM resources WHERE connection_id = ? GROUP BY kind ORDER BY kind",
    stage.connection.id,
  );
  expect(kinds.map(({ kind }) => kind)).toEqual([
    "activity",
    "event",
    "location",
    "program",
    "registration_wave",
    "thread",
  ]);
});
