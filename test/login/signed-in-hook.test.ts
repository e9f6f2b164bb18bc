import { expect, test, vi } from "vitest";
import { on } from "../../src/handling/index.ts";
import { createBrowser } from "../support/browser.ts";
import { startEmulator } from "../support/emulator.ts";
import { personWith, signInAsParticipant } from "../support/person.ts";

const seen: string[] = [];
on("signed-in", (event, ctx) => void seen.push(`${ctx.connection.eventId} ${event.data.user_id}`), {
  name: "watch-sign-in",
});

test("a login tells the handlers of the event's connection who signed in, each time", async () => {
  const emulator = startEmulator();
  await emulator.connect();
  const person = personWith(emulator);
  const line = `${emulator.eventId} ${person.user_id}`;
  await signInAsParticipant(emulator, createBrowser(), { account: person.user_id });
  await vi.waitFor(() => expect(seen).toEqual([line]), 10_000);
  await signInAsParticipant(emulator, createBrowser(), { account: person.user_id, deny: true });
  await signInAsParticipant(emulator, createBrowser(), { account: person.user_id });
  await vi.waitFor(() => expect(seen).toEqual([line, line]), 10_000);
});
