import { expect, test } from "vitest";
import { openPlain } from "../support/pages.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

test.each(["__proto__", "constructor", "toString.called", "hasOwnProperty.updated"])(
  "an unknown type that is named like a part of every object is ignored like any other: %s",
  async (type) => {
    const { id, eventId, organizationId } = await openPlain(testWorld(), Date.UTC(2026, 10, 20));
    const of = { event_id: eventId, organization_id: organizationId };
    await consumeNow([messageOf({ type, data: { id: "id_1" }, ...of })]);
    expect(await rowsOf("SELECT outcome FROM deliveries WHERE connection_id = ?", id)).toEqual([
      { outcome: "ignored" },
    ]);
  },
);
