import { expect, test } from "vitest";
import { utf8 } from "../../src/lib/encoding.ts";
import { api } from "../support/api.ts";
import { createBrowser } from "../support/browser.ts";
import { openPlain } from "../support/pages.ts";
import { testSettings } from "../support/settings.ts";
import { consumeNow, envelope, messageOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

test("a signed body that is no envelope is found by its delivery id, with why it was set aside", async () => {
  const world = testWorld({ env: withoutDelivery() });
  const message = {
    ...messageOf({ type: "application.approved" }, "dlv_unreadable"),
    body: utf8('{"hello":1}'),
  };
  await consumeNow([message], world);
  const { body } = (await api("GET", "/trace/dlv_unreadable")) as {
    readonly body: { readonly entries: readonly { readonly summary: string }[] };
  };
  expect(body.entries).toMatchObject([
    { kind: "job", summary: expect.stringMatching(/^set aside from revento-webhooks: /) },
  ]);
});

test("what waits for a handler stands in the delivery's trace and on the connection's page, with its failures", async () => {
  const world = testWorld({ env: withoutDelivery() });
  const connection = await openPlain(world, Date.now() - 60_000);
  const { id, eventId: event_id, organizationId: organization_id } = connection;
  const data = { id: "app_1", participant_id: "ptp_1", user_id: "usr_1", status: "approved" };
  const body = envelope({ type: "application.approved", event_id, organization_id, data });
  await consumeNow([messageOf(body, "dlv_waiting")], world);
  const row = world.db.raw.prepare(
    `INSERT INTO outbox (connection_id, target, resource, type, body_id, occurred_at, payload, attempts, next_at, error)
     VALUES (?, 'badge', 'participant:ptp_1', 'application.approved', ?, 1, '{}', ?, ?, 'of Ada Example')`,
  );
  await world.db.raw.batch([row.bind(id, body.id, 7, 9_000_000_000_000), row.bind(id, "another", 0, 1)]);

  const trace = (await api("GET", "/trace/dlv_waiting")) as {
    readonly body: { readonly entries: readonly { readonly kind: string; readonly summary: string }[] };
  };
  expect(trace.body.entries.filter(({ summary }) => summary.startsWith("handler badge"))).toMatchObject([
    { kind: "job", summary: "handler badge waits for application.approved, failed 7 times" },
  ]);

  const browser = createBrowser("en", { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` });
  const page = await (await browser.get(`/ops/connections/${event_id}/${organization_id}`)).text();
  const cells = /<code>badge<\/code>.*?<\/tr>/s.exec(page)?.[0].match(/>(\d+)</g);
  expect(cells).toEqual([">2<", ">1<", ">7<"]);
  expect(page).not.toContain("Ada Example");
});
