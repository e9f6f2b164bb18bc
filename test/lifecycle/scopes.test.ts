import { expect, test } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { revento } from "../../src/grants/index.ts";
import { createBrowser } from "../support/browser.ts";
import { startEmulator } from "../support/emulator.ts";
import { testWorld } from "../support/event.ts";
import { signInAsParticipant } from "../support/person.ts";

test("a scope that one connection was not given is off for it, and on for the other", async () => {
  const emulator = startEmulator();
  const [withProgram = "", without = ""] = [...emulator.state.store.events.keys()];
  await emulator.connect({ eventId: withProgram });
  await emulator.connect({ eventId: without, withoutScopes: ["program.read"] });
  const world = testWorld();
  const read = async (eventId: string) => {
    const organizationId = emulator.state.store.events.get(eventId)?.organization_id ?? "";
    const connection = await findConnection(world, { eventId, organizationId });
    if (connection === null) throw new Error("not connected");
    return revento(world, connection, "sync", connection.generation).program();
  };
  const program = (eventId: string) => emulator.count(`GET /api/v1/events/${eventId}/program`);

  expect(await read(withProgram)).toMatchObject({ ok: true });
  const before = program(without);
  expect(await read(without)).toMatchObject({
    ok: false,
    failure: { kind: "missing_scope", scope: "program.read" },
  });
  expect(program(without), "no call leaves for what was not given").toBe(before);

  for (const [eventId, isOn] of [
    [withProgram, true],
    [without, false],
  ] as const) {
    const page = await (await signInAsParticipant(emulator, createBrowser(), { eventId })).text();
    expect(page.includes("activities"), eventId).toBe(isOn);
    expect(page.includes("does not share the program here"), eventId).toBe(!isOn);
  }
});
