import { expect, test } from "vitest";
import { startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { person } from "../support/people.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";

/** Revento's `Date` on the page. */
const DATE = Date.UTC(2026, 0, 5, 12);

interface Case {
  /** When the event happened, against `DATE`. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly isPageFirst: boolean;
}

/** The name that is left of one on a page and another one in an event. */
async function nameAfter({ offsetMs, durationMs, isPageFirst }: Case): Promise<unknown> {
  const clock = { at: DATE - 3_600_000 };
  let isRead = false;
  const { world, step } = pagesWorld((resource) => {
    if (resource !== "participants") return null;
    isRead = true;
    return { rows: [{ ...person(1), display_name: "page" }], date: DATE, durationMs };
  }, clock);
  const connection = await openPlain(world, clock.at);
  await startSync(world, connection, "initial");
  // The start and the event; the people are next.
  await step();
  await step();
  const tell = () =>
    consumeNow(
      [
        messageOf({
          type: "participant.profile_updated",
          occurred_at: new Date(DATE + offsetMs).toISOString(),
          event_id: connection.eventId,
          organization_id: connection.organizationId,
          data: { ...person(1), display_name: "event" },
        }),
      ],
      world,
    );
  const read = async () => {
    while (!isRead) await step();
  };
  for (const act of isPageFirst ? [read, tell] : [tell, read]) await act();
  const [row] = await rowsOf<{ display_name: string }>(
    "SELECT display_name FROM participants WHERE connection_id = ?",
    connection.id,
  );
  return row?.display_name;
}

test.each([
  ["half a second after the page's Date", 500, 0, "event"],
  ["half a second before it: Date has whole seconds", -500, 0, "event"],
  ["a second before it", -1_000, 0, "page"],
  ["while a call of four seconds ran", -4_500, 4_000, "event"],
  ["before a call of four seconds began", -5_000, 4_000, "page"],
] as const)("an event %s: the same name is left in both orders", async (_, offsetMs, durationMs, left) => {
  for (const isPageFirst of [false, true]) {
    expect(await nameAfter({ offsetMs, durationMs, isPageFirst }), `page first: ${isPageFirst}`).toBe(left);
  }
});
