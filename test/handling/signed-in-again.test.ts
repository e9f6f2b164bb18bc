import { expect, test } from "vitest";
import { installGrant } from "../../src/grants/index.ts";
import { drain } from "../../src/handling/drain.ts";
import { on } from "../../src/handling/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant, consent, INSTALLATION_SCOPES, testWorld } from "../support/grants.ts";
import { commit, happeningOf, waitingRows } from "../support/handling.ts";
import { rowsOf } from "../support/webhooks.ts";

let meanwhile: () => Promise<unknown> = async () => undefined;
let read = 0;
on(
  "activity.updated",
  async (_, ctx) => {
    await meanwhile();
    await ctx.revento.event();
    read++;
  },
  { name: "reads-the-event" },
);

test("an organizer who signs in again while a handler runs costs its event neither a try nor its place", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const clock = { at: Date.now() };
  const world = testWorld({ now: () => clock.at });
  await commit(world, opened, happeningOf(opened, "activity.updated", { id: "act_1" }));
  meanwhile = async () => {
    meanwhile = async () => undefined;
    const again = await installGrant(world, await consent(emulator), INSTALLATION_SCOPES);
    expect(again).toMatchObject({ ok: true, value: { kind: "signed_in" } });
  };
  const run = () =>
    drain(world, { kind: "drain", connectionId: opened.connectionId, handler: "reads-the-event" }, 1);
  const mine = async () =>
    (await waitingRows(world, opened.connectionId)).filter(({ target }) => target === "reads-the-event");
  await run();
  expect(await mine()).toMatchObject([{ attempts: 0 }]);
  clock.at += 5_000;
  await run();
  expect([await mine(), read]).toEqual([[], 1]);
  const letters = "SELECT reason FROM dead_letters WHERE connection_id = ?";
  expect(await rowsOf(letters, opened.connectionId)).toEqual([]);
});
