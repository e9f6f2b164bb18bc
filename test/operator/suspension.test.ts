import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { endConnection, openConnection } from "../../src/connections/index.ts";
import { applyLifecycleEvent } from "../../src/lifecycle/index.ts";
import { suspensionOf, watch } from "../../src/monitoring/index.ts";
import { createBrowser } from "../support/browser.ts";
import { testSettings } from "../support/settings.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.now() - 60_000;
const world = testWorld({ env: withoutDelivery() });
const browser = createBrowser("en", { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` });
const pages = [
  ...new Set(
    createApp()
      .routes.filter(({ path, method }) => method === "GET" && /^\/ops(\/|$)/.test(path))
      .map(({ path }) => path),
  ),
].filter((path) => !path.includes(":") && path !== "/ops/sign-in");
const key = (name: string) => ({ eventId: `evt_${name}`, organizationId: "org_suspension" });
const connect = (name: string, connectedAt: number) =>
  openConnection(world, { ...key(name), connectedAt, grantedScopes: [], askedScopes: [] });

async function expectBanner(words: string | null): Promise<void> {
  expect(pages.length).toBeGreaterThan(8);
  for (const path of pages) {
    const text = await (await browser.get(path)).text();
    const banner = text.match(/<div class="banner bad".*?<\/div>/s)?.[0] ?? "";
    if (words === null) expect(banner, path).toBe("");
    else {
      expect(banner, path).toContain(words);
      expect(banner, path).toContain('<a href="https://example.com/support">Contact</a>');
    }
  }
}

test("a burst of dead tokens stands on every page as a likely suspension, with the contact, until it is over", async () => {
  for (const name of ["one", "two", "three"]) {
    await connect(name, START);
    await endConnection(world, { ...key(name), reason: "token_revoked", at: Date.now() });
  }
  expect(await suspensionOf(world)).toBeNull();
  await watch(world);
  expect(await suspensionOf(world)).toMatchObject({ isTold: false });
  await expectBanner("Revento has probably suspended the integration");
  await watch(testWorld({ env: withoutDelivery(), now: () => Date.now() + 3_600_000 }));
  expect(await suspensionOf(world)).toBeNull();
  await expectBanner(null);
});

test("a suspension that was told stands there until the last paused connection is connected again", async () => {
  await world.db.raw.prepare("DELETE FROM signals").run();
  await connect("paused", START);
  const at = START + 1000;
  const event = { type: "integration.suspended", occurredAt: at, eventId: null, organizationId: null };
  await applyLifecycleEvent(world, { ...event, data: {} });
  expect(await suspensionOf(world)).toEqual({ isTold: true, since: at, text: null });
  await expectBanner("Connections do not come back by themselves");
  const overview = async () => (await browser.get("/ops")).text();
  expect(await overview()).not.toContain("Nothing needs attention");
  await connect("paused", at + 1000);
  // Those of the burst are explained by it: noticed first or not, they are paused as well.
  expect(await suspensionOf(world)).toMatchObject({ isTold: true });
  for (const name of ["one", "two", "three"]) await connect(name, at + 1000);
  expect(await suspensionOf(world)).toBeNull();
  await expectBanner(null);
  expect(await overview()).toContain("Nothing needs attention");
});
