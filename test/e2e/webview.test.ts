import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, shoot } from "./support/browser.ts";
import { connectEvent, DESKTOP, firstEvent, listParticipants, openContext, PHONE } from "./support/people.ts";
import { type Stack, startStack } from "./support/stack.ts";

/** The Revento app and its sign-in are at 127.0.0.1, our pages at localhost: another site, as it is in the world. */
let app: Server;
let appUrl: string;
let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  app = createServer((request, response) => {
    const page = new URL(request.url ?? "/", "http://app").searchParams.get("page") ?? "";
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>The Revento app</title><iframe title="page" width="390" height="700"
      src="${page.replaceAll('"', "")}"></iframe>`);
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  [stack, browser] = await Promise.all([
    startStack(({ emulatorPort }) => ({
      EMULATOR_SEED: "7",
      REVENTO_APP_ORIGINS: `${appUrl} http://127.0.0.1:${emulatorPort}`,
      REVENTO_AUTH_URL: `http://127.0.0.1:${emulatorPort}`,
    })),
    launchBrowser(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  app?.close();
});

test("a participant signs in and switches inside the Revento app's frame, with partitioned cookies", async () => {
  const event = await firstEvent(stack);
  const organizer = await openContext(browser, "en", DESKTOP);
  await connectEvent(await organizer.newPage(), stack, event.id);
  const [person] = await listParticipants(stack, event.id);

  const context = await openContext(browser, "en", PHONE);
  const page = await context.newPage();
  const target = `${stack.workerUrl}/login?event_id=${event.id}&webview=1`;
  await page.goto(`${appUrl}/?page=${encodeURIComponent(target)}`);
  const frame = page.frameLocator("iframe");
  await frame.locator(`button[value="${person?.user_id}"]`).click();
  await frame.locator("button[name=decision][value=authorize]").click();
  await frame.getByRole("heading", { name: "Hello" }).waitFor();
  expect(await frame.locator("header.top").count()).toBe(0);
  await shoot(page, "webview-en-phone");

  const cookies = await context.cookies(stack.workerUrl);
  const session = cookies.find(({ name }) => name.includes("participant"));
  expect(session?.sameSite).toBe("None");
  expect(session?.partitionKey).toContain("127.0.0.1");
  // Loading again inside the frame stays signed in; the same browser outside of it is another jar.
  await page.reload();
  await page.goto(`${appUrl}/?page=${encodeURIComponent(`${stack.workerUrl}/me?webview=1`)}`);
  await page.frameLocator("iframe").getByRole("heading", { name: "Hello" }).waitFor();
  await page.goto(`${stack.workerUrl}/me`);
  await page.getByRole("heading", { name: "Please sign in" }).waitFor();
  await context.close();
  await organizer.close();
});

test("no other page can be framed, and no other site frames a webview page", async () => {
  const head = async (path: string) =>
    (await fetch(`${stack.workerUrl}${path}`)).headers.get("content-security-policy") ?? "";
  expect(await head("/me")).toContain(`frame-ancestors 'self' ${appUrl}`);
  for (const path of ["/", "/connect", "/organizations/org_1", "/door/x"]) {
    expect(await head(path), path).toContain("frame-ancestors 'none'");
  }
});
