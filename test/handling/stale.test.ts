import { expect, test } from "vitest";
import { drain } from "../../src/handling/drain.ts";
import { on } from "../../src/handling/index.ts";
import type { HandlerMessage } from "../../src/messages.ts";
import { connectEvent, testWorld } from "../support/handling.ts";
import { consumeNow, heldQueue, messageOf } from "../support/webhooks.ts";

const seen: string[] = [];
on("application.*", (event) => void seen.push(`${event.type} ${event.isStale ? "stale" : "current"}`), {
  name: "watch-stale",
});

const HELD = { HANDLERS: heldQueue<HandlerMessage>() };

test("an event that a newer snapshot of the same application overtook reaches its handler as stale", async () => {
  const base = testWorld();
  const world = { ...base, env: { ...base.env, ...HELD } };
  const { connectionId, eventId, organizationId } = await connectEvent(world, ["participants.read"]);
  const told = (type: string, secondsLater: number, status: string) =>
    messageOf({
      type,
      occurred_at: new Date(world.now() + secondsLater * 1000).toISOString(),
      event_id: eventId,
      organization_id: organizationId,
      data: { id: "app_1", participant_id: "ptp_1", user_id: "usr_1", status },
    });
  await consumeNow([told("application.submitted", 1, "pending")], world);
  await consumeNow([told("application.approved", 3, "approved")], world);
  await consumeNow([told("application.revision_requested", 2, "revision_requested")], world);
  await drain(world, { kind: "drain", connectionId, handler: "watch-stale" }, 1);
  expect(seen).toEqual([
    "application.submitted current",
    "application.approved current",
    "application.revision_requested stale",
  ]);
});

test("also within one batch, and in the order in which they came", async () => {
  seen.length = 0;
  const base = testWorld();
  const world = { ...base, env: { ...base.env, ...HELD } };
  const { connectionId, eventId, organizationId } = await connectEvent(world, ["participants.read"]);
  const told = (status: string, secondsLater: number) =>
    messageOf({
      type: `application.${status}`,
      occurred_at: new Date(world.now() + secondsLater * 1000).toISOString(),
      event_id: eventId,
      organization_id: organizationId,
      data: { id: "app_1", participant_id: "ptp_1", user_id: "usr_1", status },
    });
  await consumeNow([told("approved", 3), told("rejected", 2)], world);
  await drain(world, { kind: "drain", connectionId, handler: "watch-stale" }, 1);
  expect(seen).toEqual(["application.approved current", "application.rejected stale"]);
});
