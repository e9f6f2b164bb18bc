import { expect, test } from "vitest";
import { endConnection, openConnection } from "../../src/connections/index.ts";
import { startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { person } from "../support/people.ts";
import { rowsOf } from "../support/webhooks.ts";

/** A first walk whose connection ends, and is made again, while Revento answers with a page of `resource`. */
async function reconnectDuring(resource: string) {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const scopes = ["event.read", "participants.read", "program.read"];
  let second: Awaited<ReturnType<typeof openConnection>> | null = null;
  const reconnect = async () => {
    const { eventId, organizationId } = connection;
    const key = { eventId, organizationId };
    await endConnection(world, { ...key, reason: "organizer_revoked", at: clock.at });
    clock.at += 5_000;
    second = await openConnection(world, {
      ...key,
      connectedAt: clock.at,
      grantedScopes: scopes,
      askedScopes: scopes,
    });
  };
  const { world, sync, step } = pagesWorld(async (asked) => {
    clock.at += 1_500;
    const rows = [{ ...person(1), title: "Old", name: "Old" }];
    const page = { rows, next: "1", date: clock.at };
    if (asked === resource && second === null) await reconnect();
    return asked === resource ? page : null;
  }, clock);
  const connection = await openPlain(world, clock.at);
  await startSync(world, connection, "initial");
  while (second === null) expect(await step()).toBe(true);
  const written = async () => ({
    pages: await rowsOf(
      "SELECT page FROM run_pages WHERE connection_id = ? AND resource = ?",
      connection.id,
      resource,
    ),
    people: await rowsOf("SELECT id FROM participants WHERE connection_id = ?", connection.id),
    parts: await rowsOf(
      "SELECT id FROM resources WHERE connection_id = ? AND data->>'$.title' = 'Old'",
      connection.id,
    ),
  });
  return { connection, second, sync, written };
}

test.each(["event", "participants", "activities"])(
  "a page of %s that is under way when its connection is made again writes nothing into the second life",
  async (resource) => {
    const { connection, second, sync, written } = await reconnectDuring(resource);
    expect(second).toMatchObject({ connectionId: connection.id, generation: connection.generation + 1 });
    expect(await written()).toEqual({ pages: [], people: [], parts: [] });
    expect(sync.filter(({ kind }) => kind === "sync.page")).toEqual([]);
  },
);
