import * as fc from "fast-check";
import { expect, it } from "vitest";
import { call, connect, createWorld, errorOf, participants, type World, walk } from "./support/world.ts";

interface Page {
  data: { id: string }[];
  next_cursor: string | null;
  has_more: boolean;
}

async function page(world: World, token: string, query: string): Promise<Page> {
  return (await (await call(world, token, `/events/${world.eventId}/participants${query}`)).json()) as Page;
}

it("[4.lists] a list answers data, next_cursor and has_more, 25 rows by default and 50 at most", async () => {
  const world = createWorld({ participants: 120 });
  const { access_token } = await connect(world);
  const standard = await page(world, access_token, "");
  expect(Object.keys(standard).sort()).toEqual(["data", "has_more", "next_cursor"]);
  expect(standard.data).toHaveLength(25);
  expect((await page(world, access_token, "?limit=50")).data).toHaveLength(50);
  expect((await page(world, access_token, "?limit=1")).data).toHaveLength(1);
  for (const limit of ["51", "0", "-1", "ten", "1.5"]) {
    const answer = await call(world, access_token, `/events/${world.eventId}/participants?limit=${limit}`);
    expect(await errorOf(answer)).toEqual([400, "invalid_request"]);
  }
  world.emulator.settings.limit_over_max = "clamp";
  expect((await page(world, access_token, "?limit=500")).data).toHaveLength(50);
});

it("[4.has-more] has_more is the signal: the last page has none, also when it is exactly full", async () => {
  const world = createWorld({ participants: 100 });
  const { access_token } = await connect(world);
  const one = await page(world, access_token, "?limit=50");
  expect([one.has_more, typeof one.next_cursor]).toEqual([true, "string"]);
  const two = await page(world, access_token, `?limit=50&cursor=${one.next_cursor}`);
  expect([two.data.length, two.has_more, two.next_cursor]).toEqual([50, false, null]);
});

it("[4.cursor] a cursor of another list, or none at all, is refused", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const { next_cursor } = await page(world, access_token, "?limit=5");
  for (const cursor of ["nonsense", "%00", "WzEsMl0"]) {
    const answer = await call(world, access_token, `/events/${world.eventId}/participants?cursor=${cursor}`);
    expect(await errorOf(answer)).toEqual([400, "invalid_request"]);
  }
  const elsewhere = await call(
    world,
    access_token,
    `/events/${world.eventId}/activities?cursor=${next_cursor}`,
  );
  expect(await errorOf(elsewhere)).toEqual([400, "invalid_request"]);
});

it("[6.seed] the sandbox holds what the contract says", async () => {
  const world = createWorld();
  const { store } = world.emulator.state;
  expect(store.organization).toMatchObject({ verified: true, formal: true });
  expect(store.events.size).toBe(2);
  expect(store.roles.length).toBeGreaterThan(1);
  for (const event of store.events.values()) {
    expect(event.participants.all().length).toBe(36);
    expect(new Set(event.participants.all().map(({ status }) => status)).size).toBe(4);
    const slots = new Map<string, number>();
    for (const { day, thread_id } of event.activities.all()) {
      slots.set(day + thread_id, (slots.get(day + thread_id) ?? 0) + 1);
    }
    expect(slots.size).toBe(3 * 2);
    for (const count of slots.values()) expect(count >= 8 && count <= 12).toBe(true);
    expect([event.venues.length, event.buildings.length, event.floors.length]).toEqual([2, 3, 6]);
    expect(event.locations.all()).toHaveLength(12);
    expect(new Set(event.waves.all().map(({ status }) => status)).size).toBeGreaterThan(2);
  }
});

it("[4.program] the program is days × threads × activities, with places, waves and roles", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const path = `/events/${world.eventId}/program`;
  const program = (await (await call(world, access_token, path)).json()) as Record<string, unknown[]>;
  const days = program.days as { threads: { activities: unknown[] }[] }[];
  expect(days.map(({ threads }) => threads.length)).toEqual([2, 2, 2]);
  for (const name of ["venues", "buildings", "floors", "locations", "registration_waves", "roles"]) {
    expect(program[name]?.length).toBeGreaterThan(0);
  }
  const { rows } = await walk(world, access_token, `/events/${world.eventId}/activities`);
  expect(days.flatMap(({ threads }) => threads.flatMap(({ activities }) => activities))).toHaveLength(
    rows.length,
  );
  world.emulator.settings.program_shape = "list";
  expect(await (await call(world, access_token, path)).json()).toMatchObject({
    has_more: false,
    data: [{}, {}, {}],
  });
});

it("[4.determinism] the same seed gives the same world, another seed another one", () => {
  const ids = (seed: number) => {
    const world = createWorld({ seed });
    return JSON.stringify(
      [...world.emulator.state.store.events.values()].map((event) => event.participants.all()),
    );
  };
  expect(ids(7)).toBe(ids(7));
  expect(ids(7)).not.toBe(ids(8));
});

/** One change between two pages. */
const change = fc.oneof(
  fc.record({ do: fc.constant("cancel" as const), which: fc.nat() }),
  fc.record({ do: fc.constant("reinstate" as const), which: fc.nat() }),
  fc.record({ do: fc.constant("approve" as const), which: fc.nat() }),
  fc.record({ do: fc.constant("apply" as const), which: fc.nat() }),
  fc.record({ do: fc.constant("reset" as const), which: fc.nat() }),
);

function apply(world: World, { do: action, which }: { do: string; which: number }): void {
  const { actions, state } = world.emulator;
  const rows = state.store.events.get(world.eventId)?.participants.all() ?? [];
  const wanted = rows.filter((row) => (action === "reinstate") === (row.cancelled_at !== null));
  const row = wanted[which % Math.max(1, wanted.length)];
  if (action === "apply") actions.apply(world.eventId);
  else if (action === "reset") actions.reset();
  else if (!row) return;
  else if (action === "cancel") actions.cancel(world.eventId, row.id);
  else if (action === "reinstate") actions.reinstate(world.eventId, row.id);
  else actions.approve(world.eventId, row.id);
}

it("[4.keyset] no interleaving of reads with changes makes a walk miss or repeat a row that was there throughout", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.array(change, { maxLength: 6 }), { minLength: 1, maxLength: 12 }),
      async (limit, rounds) => {
        const world = createWorld({ participants: 30, events: 1 });
        const { access_token } = await connect(world);
        world.emulator.settings.rate_limits = false;
        let throughout = new Set(participants(world));
        const seen: string[] = [];
        let cursor: string | null = null;
        for (let round = 0; ; round++) {
          const query: string = cursor === null ? "" : `&cursor=${cursor}`;
          const found = await page(world, access_token, `?limit=${limit}${query}`);
          seen.push(...found.data.map(({ id }) => id));
          if (!found.has_more) break;
          cursor = found.next_cursor;
          for (const step of rounds[round] ?? []) {
            apply(world, step);
            const now = new Set(participants(world));
            throughout = new Set([...throughout].filter((id) => now.has(id)));
          }
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect([...throughout].filter((id) => !seen.includes(id))).toEqual([]);
      },
    ),
    { numRuns: Number(process.env.EMULATOR_RUNS ?? 60) },
  );
});
