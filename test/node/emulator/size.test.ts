import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ASSUMPTIONS } from "../../../emulator/assumptions.ts";
import { ACTION_TABLE } from "../../../emulator/control/action-table.ts";
import { FAULT_KINDS } from "../../../emulator/faults/kinds.ts";
import { SETTINGS } from "../../../emulator/settings-table.ts";
import { connect, createWorld, participants, walk } from "./support/world.ts";

const files = readdirSync("emulator", { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ts"),
);

it("[size.20000] an event with 20,000 participants starts in under 3 seconds and can be walked", async () => {
  const begin = performance.now();
  const world = createWorld({ participants: 20_000, events: 1 });
  const started = performance.now() - begin;
  world.emulator.settings.rate_limits = false;
  const { access_token } = await connect(world);
  const { rows, pages } = await walk(world, access_token, `/events/${world.eventId}/participants`);
  console.log(`20,000 participants: started in ${Math.round(started)} ms, walked in ${pages} pages`);
  expect(started).toBeLessThan(3000);
  expect([rows.length, pages]).toEqual([20_000, 400]);
  expect(new Set(rows.map(({ email }) => email)).size).toBe(20_000);
  expect(new Set(participants(world)).size).toBe(20_000);
});

it("[size.any] any size works, also an empty event and many events", async () => {
  const empty = createWorld({ participants: 0, events: 1 });
  const { access_token } = await connect(empty);
  const { rows } = await walk(empty, access_token, `/events/${empty.eventId}/participants`);
  expect(rows).toEqual([]);
  expect(createWorld({ participants: 1, events: 40 }).emulator.state.store.events.size).toBe(40);
  expect(() => createWorld({ participants: -1 })).toThrow(RangeError);
});

it("[engine.neutral] only the Node entry and the command line know Node, and nothing comes from the Worker", () => {
  const entries = ["node.ts", "cli.ts"];
  for (const file of files) {
    const text = readFileSync(`emulator/${file}`, "utf8");
    const imports = [...text.matchAll(/from "([^"]+)"/g)].map(([, name]) => name ?? "");
    for (const name of imports) {
      expect([file, name, name.includes("src/")]).toEqual([file, name, false]);
      const isNeutral = name.startsWith(".") || name === "hono" || name.startsWith("hono/");
      if (!entries.includes(file) && !file.startsWith("cli/"))
        expect([file, name, isNeutral]).toEqual([file, name, true]);
    }
  }
});

it("[engine.assumptions] each assumption names a switch that exists", () => {
  expect(new Set(ASSUMPTIONS.map(({ id }) => id)).size).toBe(ASSUMPTIONS.length);
  for (const { id, switch: how } of ASSUMPTIONS) {
    if (how === null) continue;
    const [kind = "", name = ""] = Object.entries(how)[0] ?? [];
    const known = kind === "setting" ? SETTINGS : kind === "fault" ? FAULT_KINDS : ACTION_TABLE;
    expect([id, Object.hasOwn(known, name)]).toEqual([id, true]);
  }
});
