import { expect, test } from "vitest";
import { openPlain } from "../support/pages.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const AT = START + 60_000;

const application = (status: string) => ({
  data: {
    id: "app_new",
    participant_id: "ptp_new",
    user_id: "usr_new",
    status,
    custom_form_fields: { track: "ż" },
  },
  row: {
    id: "ptp_new",
    application_id: "app_new",
    application_status: status,
    application_at: AT,
    custom_form_fields: '{"track":"ż"}',
    state: "present",
  },
});
const person = { id: "ptp_new", user_id: "usr_new", display_name: "Nowa", email: "new@example.test" };
const part = (kind: string, id = `${kind}_1`) => ({
  data: { id, name: `Name of ${kind}` },
  row: { kind, id, data: JSON.stringify({ id, name: `Name of ${kind}` }), state: "present", version_at: AT },
});

/** Every type of the contract's section 5 that brings a snapshot: what it says of something not seen before. */
const TYPES: Readonly<
  Record<string, { readonly data: object; readonly row: Readonly<Record<string, unknown>> }>
> = {
  "application.submitted": application("pending"),
  "application.approved": application("approved"),
  "application.rejected": application("rejected"),
  "application.revision_requested": application("revision_requested"),
  "participant.registered": { data: person, row: { id: "ptp_new", display_name: "Nowa", registered_at: AT } },
  "participant.profile_updated": {
    data: person,
    row: { id: "ptp_new", email: "new@example.test", profile_at: AT, registered_at: null },
  },
  "activity.updated": part("activity"),
  "activity.capacity_state_changed": part("activity"),
  "thread.created": part("thread"),
  "thread.updated": part("thread"),
  "location.created": part("location"),
  "location.updated": part("location"),
  "event.published": part("event"),
  "event.unpublished": part("event"),
  "event.updated": part("event"),
};

test.each(Object.entries(TYPES))(
  "%s makes the row of what it speaks of, and nothing else",
  async (type, { data, row }) => {
    const { id, eventId, organizationId } = await openPlain(testWorld(), START);
    const message = messageOf({
      type,
      data,
      event_id: eventId,
      organization_id: organizationId,
      occurred_at: new Date(AT).toISOString(),
    });
    expect((await consumeNow([message])).acked).toHaveLength(1);
    const rows = [
      ...(await rowsOf("SELECT * FROM participants WHERE connection_id = ?", id)),
      ...(await rowsOf("SELECT * FROM resources WHERE connection_id = ?", id)),
    ];
    expect(rows).toEqual([expect.objectContaining(row)]);
    expect(await rowsOf("SELECT type, outcome FROM deliveries WHERE connection_id = ?", id)).toEqual([
      { type, outcome: "applied" },
    ]);
  },
);
