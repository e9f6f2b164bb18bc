import { expect, it } from "vitest";
import { connect, control, createWorld, DAY, first, participants, type World } from "./support/world.ts";

const CURVE = [5, 30, 120, 600, 3600, 21_600, 86_400];

async function approveOne(world: World): Promise<string> {
  await connect(world);
  const { webhooks } = world.emulator.actions.approve(world.eventId, first(participants(world, "pending")));
  return webhooks[0]?.delivery_ids[0] ?? "";
}

const deliveryOf = (world: World, id: string) => {
  const delivery = world.emulator.state.deliveries.get(id);
  if (!delivery) throw new Error("no such delivery");
  return delivery;
};

it("[5.2xx] any 2xx ends a delivery, anything else is tried again", async () => {
  for (const [status, expected] of [
    [200, "delivered"],
    [204, "delivered"],
    [301, "retrying"],
    [400, "retrying"],
    [401, "retrying"],
    [503, "retrying"],
  ] as const) {
    const world = createWorld();
    world.endpoint.answer = () => new Response(null, { status });
    const id = await approveOne(world);
    await world.emulator.deliverDue();
    expect([status, deliveryOf(world, id).status]).toEqual([status, expected]);
  }
});

it("[5.curve] retries come on the curve, with the same delivery id and body, then the dead-letter list", async () => {
  const world = createWorld();
  world.endpoint.answer = () => new Response("no", { status: 500 });
  const id = await approveOne(world);
  await world.emulator.deliverDue();
  for (const [retry, seconds] of CURVE.entries()) {
    expect(deliveryOf(world, id).status).toBe("retrying");
    await world.emulator.clock.advance(seconds * 1000 - 1);
    await world.emulator.deliverDue();
    expect(world.inbox).toHaveLength(retry + 1);
    await world.emulator.clock.advance(1);
    await world.emulator.deliverDue();
    expect(world.inbox).toHaveLength(retry + 2);
  }
  expect(deliveryOf(world, id)).toMatchObject({ status: "dead", due_at: null });
  expect(new Set(world.inbox.map(({ headers }) => headers.get("x-revento-delivery-id")))).toEqual(
    new Set([id]),
  );
  expect(new Set(world.inbox.map(({ text }) => text)).size).toBe(1);
});

it("[5.advance] while deliveries are automatic, moving the clock ahead plays all retries on the way", async () => {
  const world = createWorld({ autoDeliver: true, schedule: () => {} });
  world.endpoint.answer = () => new Response("no", { status: 500 });
  const id = await approveOne(world);
  await world.emulator.clock.advance(3 * DAY);
  expect(world.inbox).toHaveLength(8);
  expect(deliveryOf(world, id).status).toBe("dead");
});

it("[5.replay] a dead letter can be sent again, by its id or all together", async () => {
  const world = createWorld();
  world.emulator.settings.retry_curve_s = [];
  world.endpoint.answer = () => new Response("no", { status: 500 });
  const id = await approveOne(world);
  await world.emulator.deliverDue();
  const dead = (await (await control(world, "GET", "/deliveries?status=dead")).json()) as {
    data: { id: string }[];
  };
  expect(dead.data.map((row) => row.id)).toEqual([id]);
  expect((await control(world, "POST", `/deliveries/${id}/replay`)).status).toBe(202);
  await world.emulator.deliverDue();
  expect(deliveryOf(world, id).status).toBe("dead");
  world.endpoint.answer = () => new Response("ok");
  expect(await (await control(world, "POST", "/deliveries/replay", {})).json()).toEqual({ replayed: 1 });
  await world.emulator.deliverDue();
  expect(deliveryOf(world, id)).toMatchObject({ status: "delivered" });
  expect(world.inbox.map(({ headers }) => headers.get("x-revento-delivery-id"))).toEqual([id, id, id]);
});

it("[5.replay-curve] a replayed dead letter has its whole curve again", async () => {
  const world = createWorld({ autoDeliver: true, schedule: () => {} });
  world.endpoint.answer = () => new Response("no", { status: 500 });
  const id = await approveOne(world);
  await world.emulator.clock.advance(3 * DAY);
  await control(world, "POST", `/deliveries/${id}/replay`);
  await world.emulator.clock.advance(4000);
  expect(deliveryOf(world, id).status).toBe("retrying");
  await world.emulator.clock.advance(3 * DAY);
  expect(world.inbox).toHaveLength(16);
  expect(deliveryOf(world, id).status).toBe("dead");
});

it("[5.replay-once] a replay takes the place of the retry that was planned", async () => {
  const world = createWorld();
  world.endpoint.answer = () => new Response("no", { status: 500 });
  const id = await approveOne(world);
  await world.emulator.deliverDue();
  await control(world, "POST", `/deliveries/${id}/replay`);
  await world.emulator.deliverDue();
  expect(world.inbox).toHaveLength(2);
  expect((await control(world, "POST", `/deliveries/${id}/replay`)).status).toBe(202);
  expect((await control(world, "POST", `/deliveries/${id}/replay`)).status).toBe(409);
  world.endpoint.answer = () => new Response("ok");
  await world.emulator.clock.advance(DAY);
  await world.emulator.deliverDue();
  expect(world.inbox).toHaveLength(3);
  expect(deliveryOf(world, id).status).toBe("delivered");
});

it("[5.timeout] an answer after 10 seconds is none", async () => {
  const timers: { delay: number; run: () => void }[] = [];
  const world = createWorld({ schedule: (delay, run) => timers.push({ delay, run }) });
  let signal: AbortSignal | null | undefined;
  world.endpoint.answer = (_, init) => {
    signal = init.signal;
    return new Promise(() => {});
  };
  const id = await approveOne(world);
  const delivering = world.emulator.deliverDue();
  await expect.poll(() => world.inbox.length).toBe(1);
  for (const { run } of timers.filter(({ delay }) => delay === 10_000)) run();
  await delivering;
  expect(signal?.aborted).toBe(true);
  expect(deliveryOf(world, id)).toMatchObject({
    status: "retrying",
    attempts: [{ answer: null, error: "no answer within 10 s" }],
  });
});

it("[5.network] an endpoint that cannot be reached is tried again", async () => {
  const world = createWorld();
  world.endpoint.answer = () => Promise.reject(new TypeError("fetch failed"));
  const id = await approveOne(world);
  await world.emulator.deliverDue();
  expect(deliveryOf(world, id)).toMatchObject({ status: "retrying", attempts: [{ error: "fetch failed" }] });
});

it("[5.retry-stamp] the timestamp of a retry is fresh, or the original one", async () => {
  for (const mode of ["fresh", "original"] as const) {
    const world = createWorld();
    world.emulator.settings.retry_timestamp = mode;
    world.endpoint.answer = () => new Response("no", { status: 500 });
    await approveOne(world);
    await world.emulator.deliverDue();
    world.real.now += 5000;
    await world.emulator.deliverDue();
    const [one, two] = world.inbox.map(({ headers }) => Number(headers.get("x-revento-timestamp")));
    expect((two ?? 0) - (one ?? 0)).toBe(mode === "fresh" ? 5 : 0);
  }
});

it("[5.log] the log has every try with request, answer and time", async () => {
  const world = createWorld();
  world.endpoint.answer = () => new Response("not now", { status: 503, headers: { "x-worker": "1" } });
  const id = await approveOne(world);
  await world.emulator.deliverDue();
  const shown = await (await control(world, "GET", `/deliveries/${id}`)).json();
  expect(shown).toMatchObject({
    status: "retrying",
    body: first(world.inbox).text,
    attempts: [
      {
        number: 1,
        at: new Date(world.real.now).toISOString(),
        request: { url: "https://worker.example/webhooks/revento" },
        answer: { status: 503, body: "not now", headers: { "x-worker": "1" } },
      },
    ],
  });
});

it("[5.timeout-over] a delivery that is over leaves no timer behind, whatever the answer", async () => {
  for (const answer of [() => new Response("ok"), () => Promise.reject(new Error("refused"))]) {
    const waiting = new Set<() => void>();
    let timers = 0;
    const world = createWorld({
      schedule: (_, run) => {
        timers++;
        waiting.add(run);
        return () => waiting.delete(run);
      },
    });
    world.endpoint.answer = answer;
    await approveOne(world);
    const before = [timers, waiting.size] as const;
    await world.emulator.deliverDue();
    expect(world.inbox).toHaveLength(1);
    expect([timers, waiting.size]).toEqual([before[0] + 1, before[1]]);
  }
});
