import { html } from "hono/html";
import type { Ctx } from "../http.ts";
import type { Paging } from "./data.ts";
import type { Html } from "./parts.ts";

/** The address of this page with one thing changed; an empty value takes it out. Any change but of the page starts at page 1. */
export function here(c: Ctx, changes: Record<string, string>): string {
  const url = new URL(c.req.url);
  if (!("page" in changes)) url.searchParams.delete("page");
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return `${url.pathname}${url.search}`;
}

/** Links to the pages of a long list. */
export function pager(c: Ctx, { page, pages }: Paging): Html {
  if (pages === 1) return html``;
  const to = (number: number, label: string, name: string) =>
    number < 1 || number > pages || number === page
      ? html`<span class="quiet">${label}</span>`
      : html`<a class="button small" href="${here(c, { page: String(number) })}" aria-label="${name}">${label}</a>`;
  return html`<nav class="row" aria-label="Pages">${to(1, "« First", "First page")}${to(page - 1, "‹ Previous", "Previous page")}
<span>Page ${page.toLocaleString("en")} of ${pages.toLocaleString("en")}</span>
${to(page + 1, "Next ›", "Next page")}${to(pages, "Last »", "Last page")}</nav>`;
}
