import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { version } from "../../package.json";
import { CHECKLIST } from "../../src/launch/index.ts";
import { api } from "../support/api.ts";
import { createBrowser } from "../support/browser.ts";
import { testSettings } from "../support/settings.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("'", "&#39;").replaceAll(">", "&gt;");

async function operatorBrowser() {
  const browser = createBrowser();
  await browser.post("/ops/sign-in", { token: testSettings.OPERATOR_TOKEN });
  return browser;
}

test("the checklist shows every line; what was never executed is red", async () => {
  const text = await (await (await operatorBrowser()).get("/ops/checklist")).text();
  for (const line of CHECKLIST) expect(text).toContain(escaped(line.text));
  expect(text).toContain("nothing ran yet");
  expect(text).toContain("It was never executed from outside.");
});

test("after a preflight its findings are shown, with what to do", async () => {
  const rows = CHECKLIST.map((line) => ({ ...line, state: "proven", evidence: `seen ${line.id}`, todo: "" }));
  const report = { url: "u", version, commit: "abc", at: "then", rows };
  expect((await api("PUT", "/self-test/report", report)).status).toBe(204);
  const text = await (await (await operatorBrowser()).get("/ops/checklist")).text();
  expect(text).toContain("seen state-validated");
  expect(text).not.toContain("nothing ran yet");
});

test("a message through every queue is a press of a button away", async () => {
  const browser = await operatorBrowser();
  const response = await browser.post("/ops/checklist");
  expect([response.status, response.headers.get("location")]).toEqual([303, "/ops/checklist"]);
  const { results } = await env.DB.prepare("SELECT name FROM trials WHERE name LIKE 'queue:%'").all();
  expect(results).toHaveLength(8);
});
