import { expect, test } from "vitest";
import { Random } from "../../emulator/random.ts";
import type { Env } from "../../src/bindings.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import type { World } from "../../src/world.ts";
import { mutateJson } from "../support/mutate-json.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, delivery, envelope, heldQueue, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const BATCHES = 60;
const PER_BATCH = 60;
const TYPES = [
  "application.approved",
  "participant.registered",
  "participant.profile_updated",
  "activity.updated",
  "thread.created",
  "location.updated",
  "event.updated",
  "user.revoked_access",
  "data.deletion_required",
  "unknown.type",
] as const;

const at = (n: number) => new Date(START + (n + 1) * 1_000).toISOString();
const isLifecycle = (type: string) => ["user.revoked_access", "data.deletion_required"].includes(type);

/** A body of any type, whole. What ends something is about an event that nobody connected. */
function wholeOf(of: { readonly event_id: string }, n: number, random: Random) {
  const type = random.pick(TYPES);
  const data = {
    id: `id_${n}`,
    participant_id: `ptp_${n}`,
    user_id: `usr_${n}`,
    status: "pending",
    application_status: "pending",
    display_name: "Ola",
    registered_at: at(n),
    custom_form_fields: { size: "M", tags: ["a", "b"] },
  };
  return envelope({
    type,
    occurred_at: at(n),
    data,
    ...of,
    ...(isLifecycle(type) ? { event_id: "evt_?" } : {}),
  });
}

/** The type that a body says it is of: the header has to name the same. */
function typeIn(text: string): string | undefined {
  try {
    const { type } = JSON.parse(text) as { type?: unknown };
    // What a header cannot carry is sent under another name, and refused for it.
    return typeof type === "string" && /^[\x21-\x7e]{1,200}$/.test(type) ? type : undefined;
  } catch {
    return undefined;
  }
}

/** Takes in so many changed bodies, rightly signed. @returns how often each status was answered */
async function takeInMutated(world: World, of: { readonly event_id: string }, from: number, random: Random) {
  const counts = { accepted: 0, refused: 0 };
  for (let n = from; n < from + PER_BATCH; n++) {
    const text = mutateJson(wholeOf(of, n, random), random);
    const { status } = await takeIn(world, await delivery(text, {}, typeIn(text)));
    expect([200, 400], text).toContain(status);
    counts[status === 200 ? "accepted" : "refused"]++;
  }
  return counts;
}

/** Everything that is kept of deliveries: the records with their repeats, and letters of what had no envelope. */
async function keptCount(): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    `SELECT (SELECT coalesce(sum(attempts), 0) FROM deliveries)
       + (SELECT count(*) FROM dead_letters WHERE type IS NULL) AS n`,
  );
  return row?.n ?? 0;
}

test("3,600 changed bodies, rightly signed: none is answered 5xx, none is lost, none holds up its batch", {
  timeout: 120_000,
}, async () => {
  const { id, eventId, organizationId } = await openPlain(testWorld(), START);
  const of = { event_id: eventId, organization_id: organizationId };
  const queue = heldQueue<WebhookMessage>();
  const world = testWorld({ env: { ...withoutDelivery(), WEBHOOKS: queue } as Env });
  const random = new Random("signed");
  const all = { accepted: 0, refused: 0 };
  for (let batch = 0; batch < BATCHES; batch++) {
    const { accepted, refused } = await takeInMutated(world, of, batch * PER_BATCH, random);
    const control = envelope({
      type: "application.approved",
      occurred_at: at(0),
      data: { id: `app_${batch}`, participant_id: `control_${batch}`, status: "approved" },
      ...of,
    });
    expect((await takeIn(world, await delivery(JSON.stringify(control)))).status).toBe(200);
    const { acked, retried } = await consumeNow(queue.sent.splice(0), world);
    expect([acked.length, retried]).toEqual([accepted + 1, []]);
    all.accepted += accepted + 1;
    all.refused += refused;
    expect(await keptCount()).toBe(all.accepted);
  }
  expect(all.accepted).toBeGreaterThan(all.refused);
  expect(all.refused).toBeGreaterThan(100);
  expect(
    await rowsOf(
      `SELECT application_status AS status, count(*) AS n FROM participants
       WHERE connection_id = ? AND id LIKE 'control_%' GROUP BY 1`,
      id,
    ),
  ).toEqual([{ status: "approved", n: BATCHES }]);
});
