import { expect, test } from "vitest";
import { seriousViolations } from "./support/accessibility.ts";
import { launchBrowser } from "./support/browser.ts";

test("what the pages are looked at for is found where it is", async () => {
  const browser = await launchBrowser();
  const page = await browser.newPage();
  await page.setContent(`<html lang="en"><title>Page</title><main><h1>Page</h1>
    <img src="data:,"><p style="color:#bbb;background:#fff">Pale</p><a href="/there"></a><input></main></html>`);
  const found = (await seriousViolations(page)).map((line) => line.split(":", 1)[0]);
  expect(found.toSorted()).toEqual(["color-contrast", "image-alt", "label", "link-name"]);
  await browser.close();
});
