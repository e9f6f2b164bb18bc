import { expect, test } from "vitest";
import type { Connection } from "../../src/connections/index.ts";
import { startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { rowsOf } from "../support/webhooks.ts";

const historyOf = ({ id }: Connection) =>
  rowsOf(
    "SELECT kind, resource_id, from_state, to_state, cause FROM state_changes WHERE connection_id = ? ORDER BY at",
    id,
  );

for (const [list, kind] of [
  ["activities", "activity"],
  ["threads", "thread"],
  ["locations", "location"],
  ["registration-waves", "registration_wave"],
] as const) {
  test(`what a complete walk no longer finds among ${list} is removed, and comes back, with history`, async () => {
    const clock = { at: Date.UTC(2026, 0, 5) };
    let ids = ["a", "b", "c"];
    const { world, step } = pagesWorld((resource) => {
      clock.at += 1_500;
      const rows = ids.map((id) => ({ id, name: id, title: id }));
      return resource === list ? { rows, date: Math.floor(clock.at / 1000) * 1000 } : null;
    }, clock);
    const connection = await openPlain(world, clock.at);
    const states = async (now: string[]) => {
      ids = now;
      clock.at += 60_000;
      await startSync(world, connection, "reconcile");
      while (await step());
      return rowsOf(
        "SELECT id, state FROM resources WHERE connection_id = ? AND kind = ? ORDER BY id",
        connection.id,
        kind,
      );
    };
    const row = (id: string, state = "present") => ({ id, state });
    expect(await states(["a", "b", "c"])).toEqual([row("a"), row("b"), row("c")]);
    expect(await states(["a", "c"])).toEqual([row("a"), row("b", "removed"), row("c")]);
    expect(await states(["a", "b", "c"])).toEqual([row("a"), row("b"), row("c")]);
    const cause = expect.stringMatching(/^run ./);
    expect(await historyOf(connection)).toEqual([
      { kind, resource_id: "b", from_state: "present", to_state: "removed", cause },
      { kind, resource_id: "b", from_state: "removed", to_state: "present", cause },
    ]);
  });
}
