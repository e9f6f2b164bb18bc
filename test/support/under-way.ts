import { expect } from "vitest";
import {
  type ConnectionKey,
  type ConnectionReason,
  endConnection,
  findConnection,
  openConnection,
} from "../../src/connections/index.ts";
import { revento } from "../../src/grants/index.ts";
import { startSync } from "../../src/mirror/index.ts";
import type { World } from "../../src/world.ts";
import { startEmulator } from "./emulator.ts";
import type { Step } from "./endings.ts";
import { connectGrant, holdBoth, later, until, withCustody } from "./grants.ts";
import { pagesWorld } from "./pages.ts";
import { passTime } from "./time.ts";
import { rowsOf } from "./webhooks.ts";

const MINUTE_MS = 60_000;

/** A walk over two people, a page each, that stands after the first; and what may end its connection in `world`. */
export async function walkUnderWay(world: World, key: ConnectionKey) {
  const clock = { at: Date.now() };
  const people = ["ptp_1", "ptp_2"];
  const pages = pagesWorld(
    (resource, cursor) =>
      resource === "participants"
        ? { rows: [{ id: people[Number(cursor ?? 0)] }], next: cursor === null ? "1" : null, date: clock.at }
        : null,
    clock,
  );
  const scopes = ["event.read", "participants.read"];
  const { connectionId, generation } = await openConnection(pages.world, {
    ...key,
    connectedAt: clock.at - MINUTE_MS,
    grantedScopes: scopes,
    askedScopes: scopes,
  });
  const connection = await findConnection(pages.world, key);
  if (connection === null) throw new Error("not connected");
  const countOf = async () =>
    (await rowsOf("SELECT id FROM participants WHERE connection_id = ?", connectionId)).length;
  await startSync(pages.world, connection, "initial");
  while ((await countOf()) === 0) await pages.step();
  const endBy = (reason: ConnectionReason) => () =>
    endConnection(world, { ...key, reason, at: clock.at, generation });
  return {
    pages,
    connectionId,
    countOf,
    at: clock.at,
    refusal: endBy("token_revoked"),
    refresh: endBy("invalid_grant"),
  };
}

/** A connection that ends while a call and a refresh are under way, in this order of words. No token is left of it. */
export async function endWhileRefreshing(
  world: World,
  order: readonly Step[],
  tell: (key: ConnectionKey) => Promise<void>,
): Promise<ConnectionKey & { readonly connectionId: string }> {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const both = holdBoth(emulator);
  passTime(50 * MINUTE_MS);
  const calling = revento(world, opened, "interactive").event();
  await until(both.areHeld);
  for (const step of order) {
    if (step === "webhook") await tell(opened);
    else both.letGo(step);
    await later(40);
  }
  expect(await calling).toMatchObject({ ok: false });
  await until(() => withCustody(opened, ({ flight }) => flight === null));
  await until(async () => (await findConnection(world, opened))?.status !== "active");
  expect(await withCustody(opened, ({ state }) => state.held)).toBeNull();
  expect(await rowsOf("SELECT 1 FROM grant_copies WHERE connection_id = ?", opened.connectionId)).toEqual([]);
  return opened;
}
