import { expect, test } from "vitest";
import { endConnection, openConnection } from "../../src/connections/index.ts";
import { createBrowser } from "../support/browser.ts";
import { testSettings } from "../support/settings.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const world = testWorld({ env: withoutDelivery() });
const browser = createBrowser("en", { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` });

test("the page of a connection shows its tokens' dates while it holds them, and none afterwards", async () => {
  const key = { eventId: "evt_gone", organizationId: "org_gone" };
  const scopes = ["event.read"];
  await openConnection(world, { ...key, connectedAt: 1000, grantedScopes: scopes, askedScopes: scopes });
  await world.db.raw
    .prepare(
      "UPDATE connections SET access_expires_at = ?1, key_id = 'k9', last4 = 'wxyz' WHERE event_id = ?2",
    )
    .bind(Date.UTC(2027, 0, 2), key.eventId)
    .run();
  const page = async () =>
    (await browser.get(`/ops/connections/${key.eventId}/${key.organizationId}`)).text();
  expect(await page()).toMatch(/Access until.*2027-01-02.*…wxyz.*Probe now/s);

  await endConnection(world, { ...key, reason: "organizer_revoked", at: Date.now() });
  const over = await page();
  expect(over).toContain("none: they were destroyed when the connection ended");
  for (const words of ["Access until", "2027-01-02", "wxyz", "Probe now"]) expect(over).not.toContain(words);
});
