import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, shoot } from "./support/browser.ts";
import {
  apiOf,
  connectEvent,
  type SandboxEvent,
  sandboxEvents,
  syncIsDone,
  untilApi,
} from "./support/sandbox.ts";
import { type Stack, startStack } from "./support/stack.ts";

/**
 * The first production launch as seed `000` tells it: the first organizer connects, approves one application, sees it
 * arrive, archives the test event, sees the erasure, and then connects the real event.
 */
let stack: Stack;
let browser: Browser;
let page: Page;
let trial: SandboxEvent;
let real: SandboxEvent;

beforeAll(async () => {
  stack = await startStack();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: "en-GB" });
  const [first, second] = await sandboxEvents(stack);
  if (first === undefined || second === undefined) throw new Error("the sandbox has fewer than two events");
  [trial, real] = [first, second];
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

test("the first organizer connects a test event, and its participants arrive", async () => {
  await connectEvent(page, stack, trial.id);
  await shoot(page, "launch-1-connected");
  await untilApi(stack, apiOf(trial), syncIsDone);
  const { body } = await stack.api("GET", apiOf(trial));
  expect((body as { counts: { participants: number } }).counts.participants).toBeGreaterThan(29);
});

test("they approve one application in Revento, and see it arrive", async () => {
  const url = `/_emulator/state/events/${trial.id}/participants?status=pending`;
  const { data } = (await stack.control("GET", url)) as { data: { id: string }[] };
  const id = data[0]?.id ?? "";
  const revento = await browser.newPage();
  await revento.goto(`${stack.emulatorUrl}/events/${trial.id}/participants?q=${id}`);
  await revento.getByRole("row").filter({ hasText: id }).getByRole("button", { name: "Approve" }).click();
  await untilApi(
    stack,
    `${apiOf(trial)}/participants/${id}`,
    (body) => (body as { application_status: string }).application_status === "approved",
  );
  await revento.close();
  await page.goto(`${stack.workerUrl}/organizations/${trial.organization_id}`);
  expect(await page.getByText(trial.title).count()).toBeGreaterThan(0);
  await shoot(page, "launch-2-arrived");
});

test("they archive the test event, and see the erasure", async () => {
  const revento = await browser.newPage();
  revento.on("dialog", (dialog) => void dialog.accept());
  await revento.goto(`${stack.emulatorUrl}/events/${trial.id}`);
  await revento.getByRole("button", { name: "Archive" }).click();
  await untilApi(stack, apiOf(trial), (body) => (body as { status: string }).status === "ended");
  await revento.close();
  expect((await stack.api("GET", apiOf(trial))).body).toMatchObject({
    status: "ended",
    reason: "event_archived",
  });
  const erased = await untilApi(stack, "/api/erasures", (body) =>
    (body as { data: { event_id: string; erased_at: string | null }[] }).data.some(
      (entry) => entry.event_id === trial.id && entry.erased_at !== null,
    ),
  );
  expect(JSON.stringify(erased)).not.toContain("ptp_");
  const gone = (await stack.api("GET", `${apiOf(trial)}/participants`)).body as { data?: unknown[] };
  expect(gone.data ?? []).toEqual([]);
  await page.goto(`${stack.workerUrl}/organizations/${trial.organization_id}`);
  await shoot(page, "launch-3-erased");
});

test("then they connect the real event, and nothing of the first is in it", async () => {
  await connectEvent(page, stack, real.id);
  await untilApi(stack, apiOf(real), syncIsDone);
  await page.goto(`${stack.workerUrl}/organizations/${real.organization_id}`);
  await shoot(page, "launch-4-real");
  expect((await stack.api("GET", apiOf(real))).body).toMatchObject({ status: "active", generation: 1 });
  expect((await stack.api("GET", apiOf(trial))).body).toMatchObject({ status: "ended" });
});
