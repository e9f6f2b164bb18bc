import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { openJob } from "../../src/records/index.ts";
import { forgetGlobal } from "../../src/retention/global.ts";
import { scheduleRetention } from "../../src/retention/index.ts";
import { setAside } from "../support/letters.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, heldQueue, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 20);

test("failed sign-ins are forgotten a day after the last one of their address", async () => {
  const sync = heldQueue<SyncMessage>();
  const world = testWorld({ now: () => START, env: { ...env, SYNC: sync } as Env });
  await world.db.raw
    .prepare("INSERT INTO sign_in_failures (address, count, last_at) VALUES ('old', 9, ?1), ('new', 9, ?2)")
    .bind(START - DAY_MS - 1, START - DAY_MS)
    .run();
  await scheduleRetention(world, START);
  await consumeNow(sync.sent.splice(0), world, "revento-sync");
  expect(await rowsOf("SELECT address FROM sign_in_failures")).toEqual([{ address: "new" }]);
});

test("delivery records are kept 29 days and gone after 31, jobs after 15, whoever they belong to", async () => {
  let now = START;
  const sync = heldQueue<SyncMessage>();
  const world = testWorld({ now: () => now, env: { ...env, SYNC: sync } as Env });
  const forget = async () => {
    await scheduleRetention(world, now);
    for (let steps = 0; sync.sent.length > 0 && steps < 50; steps++) {
      await consumeNow(sync.sent.splice(0, 1), world, "revento-sync");
    }
    expect(sync.sent).toEqual([]);
  };
  const connections = [await openPlain(world, START), await openPlain(world, START)];
  const owners = [...connections.map(({ id }) => id), ""];
  for (const { id } of connections) await openJob(world, id, "reconcile");
  const keys = [
    ...connections.map((one) => [one.eventId, one.organizationId] as const),
    ["evt_none", "org_none"] as const,
  ];
  await consumeNow(
    keys.map(([event_id, organization_id], index) =>
      messageOf({
        type: "participant.profile_updated",
        data: { id: `ptp_${index}` },
        event_id,
        organization_id,
        occurred_at: new Date(START).toISOString(),
      }),
    ),
    world,
  );
  const left = async () => ({
    deliveries: (await rowsOf<{ id: string }>("SELECT connection_id AS id FROM deliveries"))
      .map(({ id }) => id)
      .sort(),
    jobs: (await rowsOf("SELECT id FROM jobs")).length,
  });
  const all = owners.toSorted();
  for (const [days, expected] of [
    [13, { deliveries: all, jobs: 2 }],
    [15, { deliveries: all, jobs: 0 }],
    [29, { deliveries: all, jobs: 0 }],
    [31, { deliveries: [], jobs: 0 }],
  ] as const) {
    now = START + days * DAY_MS;
    await forget();
    expect(await left(), `day ${days}`).toEqual(expected);
  }
  // What they said stays in the mirror.
  expect(await rowsOf("SELECT id FROM participants ORDER BY id")).toEqual([{ id: "ptp_0" }, { id: "ptp_1" }]);
});

test("a letter that belongs to no connection is kept 24 days and gone after 26, with a trace; others wait", async () => {
  let now = START;
  const world = testWorld({ now: () => now });
  const { id, eventId, organizationId } = await openPlain(world, START);
  const letter = { queue: "revento-webhooks", reason: "no envelope: id is missing" } as const;
  await setAside(world, [
    { id: "owned", ...letter, eventId, organizationId },
    { id: "unknown", ...letter, eventId: "evt_unknown" },
    { id: "nobody", ...letter, eventId: null, organizationId: null },
  ]);
  const kept = async () =>
    (await rowsOf<{ id: string }>("SELECT id FROM dead_letters ORDER BY id")).map((row) => row.id);
  now = START + 24 * DAY_MS;
  await forgetGlobal(world);
  expect(await kept()).toEqual(["nobody", "owned", "unknown"]);
  now = START + 26 * DAY_MS;
  await forgetGlobal(world);
  expect(await kept()).toEqual(["owned"]);
  const trace =
    "SELECT actor, detail ->> 'id' AS id FROM audit WHERE action = 'dead_letter.expired' ORDER BY 2";
  expect(await rowsOf(trace)).toEqual([
    { actor: "system", id: "nobody" },
    { actor: "system", id: "unknown" },
  ]);
  expect(await rowsOf("SELECT id FROM dead_letters WHERE connection_id = ?", id)).toEqual([{ id: "owned" }]);
});
