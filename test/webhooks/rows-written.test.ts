import { expect, test } from "vitest";
import { counted } from "../../bench/worker/counted.ts";
import { openDatabase } from "../../src/db/client.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, messageOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);

test("100 webhooks about people who are known, 2 of them repeats, write 300 rows in 2 round trips", async () => {
  const world = testWorld({ env: withoutDelivery() });
  const { eventId, organizationId } = await openPlain(world, START);
  const told = (name: string, after: number) =>
    Array.from({ length: 98 }, (_, n) =>
      messageOf({
        type: "participant.profile_updated",
        occurred_at: new Date(START + after + n).toISOString(),
        event_id: eventId,
        organization_id: organizationId,
        data: {
          id: `ptp_${n}`,
          display_name: `${name} ${n}`,
          email: `p${n}@example.test`,
          user_id: `usr_${n}`,
        },
      }),
    );
  await consumeNow(told("Person", 1_000), world);
  const messages = told("Osoba", 2_000);
  const repeats = messages.slice(0, 2).map((message) => ({ ...message, deliveryId: crypto.randomUUID() }));
  const { binding, counts } = counted(world.env.DB);
  await consumeNow([...messages, ...repeats], { ...world, db: openDatabase(binding) });
  expect(counts.rowsWritten).toBeLessThanOrEqual(300);
  expect(counts.roundTrips).toBe(2);
});
