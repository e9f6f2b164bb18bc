import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useOf } from "../../scripts/submission/facts.ts";
import { CHECKLIST } from "../../src/launch/checklist.ts";
import { manifest } from "../../src/manifest.ts";
import { launchBrowser, shoot } from "./support/browser.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "submission-"));
  const args = ["scripts/submission.ts", "--out", folder, "--url", "https://integration.example.com"];
  execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  browser = await launchBrowser();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the pack opens in a browser, with everything that Revento asks for, and no picture is missing", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`file://${join(folder, "index.html")}`);
  await shoot(page, "submission");
  const text = await page.locator("body").innerText();
  for (const wanted of [
    "https://integration.example.com/connect/callback",
    "https://integration.example.com/login/callback",
    "https://integration.example.com/webhooks/revento",
    manifest.contact.email,
    manifest.termsUrl,
    manifest.description.en,
    manifest.description.pl,
    ...manifest.eventTypes,
    ...manifest.installation.required,
    ...CHECKLIST.map((line) => line.text),
  ]) {
    expect(text).toContain(wanted);
  }
  const files = await page
    .locator("img")
    .evaluateAll((images) => images.map((image) => image.getAttribute("src") ?? ""));
  expect(files.length).toBeGreaterThan(50);
  for (const file of files) expect(statSync(join(folder, file)).size).toBeGreaterThan(5_000);
});

/** The addresses of pages: what answers a browser with HTML. Callbacks show one of the pages that follow them. */
const PAGES = [
  ...["home", "connect", "login", "me-signed-out", "not-found"],
  ...[
    "organization-signed-out",
    "connect-declined",
    "connected",
    "organization",
    "attendance",
    "wall",
    "door",
  ],
  ...["login-declined", "my-event", "organization-over", "reconnect", "my-event-over"],
];

test("every page for organizers and participants is there in both languages", () => {
  const files = readdirSync(join(folder, "screenshots"));
  const missing = PAGES.flatMap((name) => [`${name}-en.png`, `${name}-pl.png`]).filter(
    (file) => !files.includes(file),
  );
  expect(missing).toEqual([]);
});

test("every page of the operator is there, and the pack says that they are in English only", async () => {
  const files = readdirSync(join(folder, "screenshots"));
  const source = readFileSync(join(root, "src/operator/index.ts"), "utf8");
  const paths = [...source.matchAll(/\.get\("\/([\w-]+)"/g)].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThan(8);
  expect(paths.filter((path) => !files.includes(`ops-${path}-en.png`))).toEqual([]);
  expect(readFileSync(join(folder, "index.html"), "utf8")).toContain("and are in English only");
});

test("what is not filled in is said on top", async () => {
  const page = await browser.newPage();
  await page.goto(`file://${join(folder, "index.html")}`);
  const gaps = await page.locator(".gaps").innerText();
  expect(gaps).toContain("The client id is not filled in");
  expect(gaps).toContain("The support contact or the terms are those of an example");
  await page.close();
});

test("no secret is in the pack", () => {
  const text = ["index.html", "checklist.md", "registration.json"]
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  const vars = readFileSync(join(root, ".dev.vars"), "utf8");
  const secrets = [...vars.matchAll(/^(?!REVENTO_CLIENT_ID)[A-Z_]+='([^']+)'/gm)].map(
    ([, value = ""]) => value,
  );
  expect(secrets.length).toBeGreaterThan(3);
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test("every declared event type has a use", () => {
  expect(manifest.eventTypes.filter((type) => useOf(type) === null)).toEqual([]);
});
