import { expect, test } from "vitest";
import { notesFor } from "../../src/alerts/index.ts";
import { endConnection } from "../../src/connections/index.ts";
import { eraseConnection, runErasureChunk } from "../../src/lifecycle/index.ts";
import { listDeadLetters } from "../../src/webhooks/index.ts";
import { alertWorld, channelsOf, deliver, openBox } from "../support/alerting.ts";
import { connectEvent, happeningOf } from "../support/handling.ts";
import { consumeNow, heldQueue, rowsOf } from "../support/webhooks.ts";

const DAY_MS = 86_400_000;

function personalWorld(box: ReturnType<typeof openBox>) {
  const world = alertWorld([
    {
      id: "personal",
      on: "application.*",
      text: "{{data.name}}",
      personal_data: true,
      channels: [channelsOf(box).slack],
    },
    {
      id: "gone",
      on: "data.deletion_required",
      text: "gone {{event_id}}",
      channels: [channelsOf(box).slack],
    },
  ]);
  return { ...world, env: { ...world.env, SYNC: heldQueue() } } as typeof world;
}

test("a message that comes after the end names nobody: neither to a channel nor into the database", async () => {
  const box = openBox();
  const world = personalWorld(box);
  const connection = await connectEvent(world);
  const late = notesFor(
    world.config,
    happeningOf(connection, "application.approved", { id: "app_1", name: "Łukasz Żółć" }),
  );
  const ending = notesFor(world.config, happeningOf(connection, "data.deletion_required"));
  await endConnection(world, { ...connection, reason: "organizer_revoked", at: world.now() });
  expect(await deliver(world, { kind: "notes", notes: late })).toBe("acked");
  expect((await box.received()).accepted).toEqual([]);
  expect(await rowsOf("SELECT 1 FROM alerts WHERE text LIKE '%Łukasz%'")).toEqual([]);
  await deliver(world, { kind: "notes", notes: ending });
  expect(JSON.stringify((await box.received()).accepted)).toContain(`gone ${connection.eventId}`);
});

test("an alert message that was set aside belongs to its connection, and is erased with it", async () => {
  const world = personalWorld(openBox());
  const connection = await connectEvent(world);
  const notes = notesFor(
    world.config,
    happeningOf(connection, "application.approved", { id: "app_1", name: "Anna Nowak" }),
  );
  await consumeNow([{ kind: "notes", notes }], world, "revento-alerts-dead");
  const letters = async () =>
    (await listDeadLetters(world, { queue: "revento-alerts", limit: 100 })).filter(
      ({ eventId }) => eventId === connection.eventId,
    );
  expect(await letters()).toHaveLength(1);
  const erasureId = await eraseConnection(world, connection, "operator");
  world.clock.now += DAY_MS;
  const chunk = { kind: "erasure.chunk", connectionId: erasureId ?? "", erasureId: erasureId ?? "" } as const;
  expect(await runErasureChunk(world, chunk)).toEqual({ do: "ack" });
  expect(await letters()).toEqual([]);
});
