import { afterEach, expect, test } from "vitest";
import type { Browser } from "../support/browser.ts";
import { MIXED, setAside } from "../support/letters.ts";
import { operatorBrowser, readPage, tableRows, textOf } from "../support/ops.ts";
import { rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

const world = testWorld();
const LIST = "/ops/dead-letters";

afterEach(async () => {
  await world.db.raw.prepare("DELETE FROM dead_letters").run();
});

/** Ids of what a page lists, from its buttons. */
async function listed(browser: Browser, query = ""): Promise<string[]> {
  const html = await readPage(browser, `${LIST}${query}`);
  const ids = [...html.matchAll(/action="\/ops\/dead-letters\/([^"/]+)\/replay"/g)].map(([, id]) =>
    String(id),
  );
  expect(tableRows(html)).toHaveLength(ids.length);
  return ids.sort();
}

/** Presses the button of the form on a page whose action ends so, and follows where it leads. */
async function press(browser: Browser, page: string, ending: string): Promise<string> {
  const html = await readPage(browser, page);
  const actions = [...html.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"/g)].map(([, action]) =>
    String(action).replaceAll("&amp;", "&"),
  );
  const action = actions.find((one) => one.split("?")[0]?.endsWith(ending));
  if (action === undefined) throw new Error(`no form for ${ending} on ${page}: ${actions.join(", ")}`);
  const response = await browser.post(action);
  expect(response.status).toBe(303);
  return textOf(await readPage(browser, response.headers.get("location") ?? ""));
}

const audited = async () =>
  (await rowsOf<{ actor: string; action: string }>("SELECT actor, action FROM audit ORDER BY id")).map(
    ({ actor, action }) => `${actor} ${action}`,
  );

test("letters are listed with why and since when, and by queue and reason", async () => {
  await setAside(world, MIXED);
  const browser = await operatorBrowser();
  expect(await listed(browser)).toEqual(["s1", "w1", "w2", "w3"]);
  expect(await listed(browser, "?queue=revento-sync")).toEqual(["s1"]);
  expect(await listed(browser, "?reason=no+envelope")).toEqual(["w2"]);
  const [row] = tableRows(await readPage(browser, `${LIST}?reason=no+envelope`));
  expect(row?.slice(1, 7)).toEqual([
    ...["revento-webhooks", "no envelope", "thread.updated", "evt_letter"],
    ...["w2", "3"],
  ]);
  expect(textOf(await readPage(browser, `${LIST}?reason=another`))).toContain("Nothing is set aside.");
});

test("one is replayed by its button, once; who did it is in the log", async () => {
  await setAside(world, MIXED);
  const browser = await operatorBrowser();
  expect(await press(browser, LIST, "/w1/replay")).toContain("Done: replayed.");
  expect(await listed(browser)).toEqual(["s1", "w2", "w3"]);
  expect((await browser.post(`${LIST}/w1/replay`)).status).toBe(404);
  expect(await audited()).toContain("operator dead_letter.replayed");
});

test("what is filtered is replayed at a press, and nothing else", async () => {
  await setAside(world, MIXED);
  const browser = await operatorBrowser();
  const filtered = `${LIST}?queue=revento-webhooks&reason=retries+used+up`;
  expect(await press(browser, filtered, "/dead-letters/replay")).toContain("2 replayed, 0 failed, 0 left");
  expect(await listed(browser)).toEqual(["s1", "w2"]);
  expect(await press(browser, LIST, "/dead-letters/replay")).toContain("2 replayed, 0 failed, 0 left");
  expect(await listed(browser)).toEqual([]);
  expect(await audited()).toContain("operator dead_letters.replayed");
  // There is nothing to press where there is nothing.
  expect(await readPage(browser, LIST)).not.toContain("Replay all of these");
});

test("a filter that is not understood replays nothing, rather than everything", async () => {
  await setAside(world, MIXED);
  const browser = await operatorBrowser();
  for (const wrong of ["queue=sync", "queu=revento-sync"]) {
    expect((await browser.post(`${LIST}/replay?${wrong}`)).status, wrong).toBe(400);
  }
  expect(await listed(browser)).toEqual(["s1", "w1", "w2", "w3"]);
});

test("a letter that no key opens stays after a bulk replay, and the page says so", async () => {
  await setAside(world, MIXED.slice(0, 1));
  await world.db.raw.prepare("UPDATE dead_letters SET sealed = 'gone.gone.gone'").run();
  const browser = await operatorBrowser();
  expect(await press(browser, LIST, "/dead-letters/replay")).toContain("0 replayed, 1 failed, 1 left");
  expect(await listed(browser)).toEqual(["w1"]);
});

test("one is discarded only after a second page that says that it is for good", async () => {
  await setAside(world, MIXED);
  const browser = await operatorBrowser();
  expect(await readPage(browser, LIST)).toContain(`href="${LIST}/w2/discard"`);
  expect(textOf(await readPage(browser, `${LIST}/w2/discard`))).toContain("thrown away for good");
  expect(await listed(browser)).toHaveLength(4);
  expect(await press(browser, `${LIST}/w2/discard`, "/w2/discard")).toContain("Done: discarded.");
  expect(await listed(browser)).toEqual(["s1", "w1", "w3"]);
  expect((await browser.post(`${LIST}/w2/discard`)).status).toBe(404);
  expect(await audited()).toContain("operator dead_letter.discarded");
});
