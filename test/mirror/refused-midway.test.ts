import { expect, test } from "vitest";
import { openPlain, type PageAnswer, pagesWorld, walkAll } from "../support/pages.ts";
import { rowsOf } from "../support/webhooks.ts";

/** A hundred activities on two pages, of which the second can be made to fail. */
async function openProgram() {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const list: { refusal: PageAnswer | null } = { refusal: null };
  const { world, step } = pagesWorld((resource, cursor) => {
    clock.at += 1_500;
    if (resource !== "activities") return null;
    if (cursor !== null && list.refusal !== null) return list.refusal;
    const from = Number(cursor ?? 0);
    const rows = Array.from({ length: 50 }, (_, index) => ({ id: `act_${from + index}`, title: "Talk" }));
    return { rows, next: from === 0 ? "50" : null, date: Math.floor(clock.at / 1000) * 1000 };
  }, clock);
  const connection = await openPlain(world, clock.at);
  const walk = async () => {
    await walkAll({ world, step }, connection, clock);
    const [run] = await rowsOf<{ state: string; detail: string; ranks: string }>(
      "SELECT state, detail, complete_ranks AS ranks FROM runs WHERE connection_id = ?",
      connection.id,
    );
    return run;
  };
  const present = async () =>
    (
      await rowsOf<{ n: number }>(
        "SELECT count(*) AS n FROM resources WHERE connection_id = ? AND kind = 'activity' AND state = 'present'",
        connection.id,
      )
    )[0]?.n;
  return { list, walk, present };
}

test.each([
  ["not found", { kind: "not_found", what: "page" }],
  ["program.read was not granted", { kind: "missing_scope", scope: "program.read" }],
] as const)(
  "what is refused after its first page (%s) is left out, and nothing of it removed",
  async (why, failure) => {
    const { list, walk, present } = await openProgram();
    await walk();
    expect(await present()).toBe(100);
    list.refusal = { failure };
    const run = await walk();
    expect(run).toMatchObject({ state: "complete", detail: expect.stringContaining(why) });
    // It speaks for none of them: a webhook about one that is on no page is not late because of it.
    expect(JSON.parse(run?.ranks ?? "{}")).not.toHaveProperty("activities");
    expect(await present()).toBe(100);
    list.refusal = null;
    expect(await walk()).toMatchObject({ state: "complete", detail: null });
    expect(await present()).toBe(100);
  },
);
