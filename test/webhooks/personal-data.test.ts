import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, delivery, envelope, heldQueue, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const MARKER = "personal-marker";

/** Data in which every text is a marker, also the names of fields and of ids. */
const marked = (parts: object = {}) => ({
  id: `${MARKER}-id`,
  participant_id: `${MARKER}-participant`,
  user_id: `${MARKER}-user`,
  application_id: `${MARKER}-application`,
  status: `${MARKER}-status`,
  application_status: `${MARKER}-application-status`,
  display_name: `${MARKER} Nowak`,
  email: `${MARKER}@example.test`,
  role: `${MARKER}-role`,
  title: `${MARKER} title`,
  custom_form_fields: { [`${MARKER}-question`]: `${MARKER} answer` },
  nested: [{ [MARKER]: [MARKER] }],
  ...parts,
});

/** A type, the data of its delivery, and what becomes of it. */
const CASES: readonly (readonly [string, object, string])[] = [
  ["application.approved", marked(), "applied"],
  ["participant.profile_updated", marked(), "applied"],
  ["activity.updated", marked(), "applied"],
  ["event.updated", marked(), "applied"],
  ["unknown.type", marked(), "ignored"],
  ["application.rejected", marked({ participant_id: [MARKER] }), "set_aside"],
  ["participant.registered", marked({ id: { [MARKER]: MARKER } }), "set_aside"],
];

/** Takes a delivery in and lets the consumer of a queue have it. @returns the id of its connection */
async function through(queueName: string, type: string, data: object): Promise<string> {
  const { id, eventId, organizationId } = await openPlain(testWorld(), START);
  const queue = heldQueue<WebhookMessage>();
  const world = testWorld({ env: { ...withoutDelivery(), WEBHOOKS: queue } as Env });
  const body = envelope({
    type,
    event_id: eventId,
    organization_id: organizationId,
    occurred_at: new Date(START + 60_000).toISOString(),
    data,
  });
  expect((await takeIn(world, await delivery(JSON.stringify(body), {}, type))).status).toBe(200);
  expect((await consumeNow(queue.sent, world, queueName)).acked).toHaveLength(1);
  return id;
}

const everything = async (table: string) => JSON.stringify(await rowsOf(`SELECT * FROM ${table}`));

test.each(CASES)(
  "no column of a delivery's record holds anything of its data: %s",
  async (type, data, outcome) => {
    const id = await through("revento-webhooks", type, data);
    const records = await rowsOf("SELECT * FROM deliveries WHERE connection_id = ?", id);
    expect(records).toEqual([expect.objectContaining({ type, outcome })]);
    for (const table of ["deliveries", "arrivals", "counters", "dead_letters"])
      expect(await everything(table)).not.toContain(MARKER);
  },
);

test("no column of a letter that was given up on holds anything of its data in the open", async () => {
  for (const [type, data] of CASES) {
    const id = await through("revento-webhooks-dead", type, data);
    expect(await rowsOf("SELECT type FROM dead_letters WHERE connection_id = ?", id)).toEqual([{ type }]);
  }
  expect(await everything("dead_letters")).not.toContain(MARKER);
});
