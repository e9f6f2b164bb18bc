import { expect, test } from "vitest";
import { on } from "../../src/handling/index.ts";
import { rulesOf } from "../support/alerting.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

on("application.*", () => {}, { name: "watch-applications" });

const START = Date.UTC(2026, 10, 20);

function worldWithRule() {
  const world = testWorld({ env: withoutDelivery() });
  const channel = { kind: "slack", name: "repeated", url: "https://hooks.example.com/repeated" };
  const rules = rulesOf([
    { id: "approved", on: "application.approved", text: "approved", channels: [channel] },
  ]);
  return { ...world, config: { ...world.config, alertRules: rules } };
}

const appliedCount = async () =>
  (
    await rowsOf<{ outcome: string; count: number }>(
      "SELECT outcome, count FROM counters WHERE area = 'webhooks' AND bucket = 0 AND outcome IN ('applied', 'repeat') ORDER BY 1",
    )
  ).map(({ outcome, count }) => `${count} ${outcome}`);

const approval = (n: number, { eventId, organizationId }: Awaited<ReturnType<typeof openPlain>>) =>
  messageOf({
    type: "application.approved",
    occurred_at: new Date(START + 1_000).toISOString(),
    event_id: eventId,
    organization_id: organizationId,
    data: { id: `app_${n}`, participant_id: `ptp_${n}`, user_id: `usr_${n}`, status: "approved" },
  });

test("the same body twice in one batch runs its handlers and its alerts once", async () => {
  const world = worldWithRule();
  const connection = await openPlain(world, START);
  const { id } = connection;
  const first = approval(1, connection);
  const retried = { ...first, receivedAt: first.receivedAt + 5_000 };
  const copied = { ...first, deliveryId: crypto.randomUUID() };
  await consumeNow([first, retried, copied, first], world);
  expect(
    await rowsOf("SELECT type FROM outbox WHERE connection_id = ? AND target = 'watch-applications'", id),
  ).toEqual([{ type: "application.approved" }]);
  expect(await rowsOf("SELECT rule FROM alerts WHERE connection_id = ?", id)).toEqual([{ rule: "approved" }]);
  expect(await rowsOf("SELECT outcome FROM deliveries WHERE connection_id = ?", id)).toEqual([
    { outcome: "applied" },
  ]);
  expect(await appliedCount()).toEqual(["1 applied", "3 repeat"]);
});

test("so does one of a type that is not known, and another body of the same moment is another", async () => {
  const world = testWorld({ env: withoutDelivery() });
  const { id, eventId, organizationId } = await openPlain(world, START);
  const told = () =>
    messageOf({
      type: "application.withdrawn",
      occurred_at: new Date(START + 1_000).toISOString(),
      event_id: eventId,
      organization_id: organizationId,
    });
  const [first, second] = [told(), told()];
  await consumeNow([first, second, { ...first, receivedAt: 0 }], world);
  expect(await rowsOf("SELECT attempts FROM deliveries WHERE connection_id = ? ORDER BY 1", id)).toEqual([
    { attempts: 1 },
    { attempts: 2 },
  ]);
  const waiting = "SELECT type FROM outbox WHERE connection_id = ? AND target = 'watch-applications'";
  expect(await rowsOf(waiting, id)).toHaveLength(2);
});

test("attempts count each delivery of a body, in one batch or in several, and no message twice", async () => {
  const world = testWorld({ env: withoutDelivery() });
  const connection = await openPlain(world, START);
  const { id } = connection;
  const first = approval(3, connection);
  const again = () => ({ ...first, deliveryId: crypto.randomUUID() });
  const attempts = async () =>
    (await rowsOf<{ attempts: number }>("SELECT attempts FROM deliveries WHERE connection_id = ?", id))[0]
      ?.attempts;
  await consumeNow([first, again(), first, again()], world);
  expect(await attempts()).toBe(3);
  await consumeNow([again(), again()], world);
  expect(await attempts()).toBe(5);
  // The queue brings a message again that was recorded.
  await consumeNow([first], world);
  await consumeNow([first, first], world);
  expect(await attempts()).toBe(5);
  await consumeNow([first, again()], world);
  expect(await attempts()).toBe(6);
});
