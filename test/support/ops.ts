import { type Browser, createBrowser } from "./browser.ts";
import { testSettings } from "./settings.ts";

/** A browser that is signed in to the dashboard. */
export async function operatorBrowser(): Promise<Browser> {
  const browser = createBrowser();
  const { status } = await browser.post("/ops/sign-in", { token: testSettings.OPERATOR_TOKEN });
  if (status !== 303) throw new Error(`signing in answered ${status}`);
  return browser;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** What a page says to whoever reads it, in one line. */
export const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/\s+/g, " ")
    .trim();

/** The tables of a page: rows of cells, as text, without the heads. */
export const tableRows = (html: string): string[][] =>
  [...html.matchAll(/<tbody>([\s\S]*?)<\/tbody>/g)]
    .flatMap(([, body = ""]) => body.split("</tr>"))
    .filter((row) => row.includes("<td"))
    .map((row) => row.split("</td>").slice(0, -1).map(textOf));

export async function readPage(browser: Browser, path: string): Promise<string> {
  const response = await browser.get(path);
  const html = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${textOf(html)}`);
  return html;
}
