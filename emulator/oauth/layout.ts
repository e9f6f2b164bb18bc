import { html, raw } from "hono/html";
import { type Language, MESSAGES } from "./messages.ts";

type Html = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --accent: #3b4cca; --soft: #8881; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 34rem; margin: 0 auto; padding: 2rem 1.25rem; }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1px solid var(--line);
  padding-bottom: .75rem; margin-bottom: 1.5rem; font-weight: 600; }
header nav a { margin-left: .75rem; font-weight: 400; }
header nav a[aria-current] { font-weight: 700; text-decoration: none; color: inherit; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; margin: 1.25rem 0; }
.scope { display: flex; gap: .75rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
.scope:last-child { border: 0; }
.scope input { margin-top: .3rem; inline-size: 1.1rem; block-size: 1.1rem; flex: none; }
small, .quiet { opacity: .75; font-size: .875rem; }
button { font: inherit; padding: .6rem 1.1rem; border-radius: .5rem; border: 1px solid var(--line); background: var(--soft);
  color: inherit; cursor: pointer; }
button.main { background: var(--accent); border-color: var(--accent); color: #fff; }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row { display: flex; gap: .75rem; flex-wrap: wrap; }
.accounts { display: grid; gap: .5rem; margin: 1rem 0; }
.accounts button { text-align: left; display: flex; justify-content: space-between; gap: 1rem; flex-wrap: wrap; width: 100%; }
input[type=search] { font: inherit; padding: .55rem; border: 1px solid var(--line); border-radius: .5rem; flex: 1; min-width: 10rem; }
::placeholder { color: inherit; opacity: .75; }
a { color: inherit; }
button.link { border: 0; padding: 0; background: none; text-decoration: underline; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .75rem; }
`;

/** The frame of the pages that people see while they authorize. */
export function page(language: Language, title: string, url: URL, body: Html | Promise<Html>) {
  const to = (lang: Language) => {
    const address = new URL(url);
    address.searchParams.set("lang", lang);
    return `${address.pathname}${address.search}`;
  };
  const link = (lang: Language, name: string) =>
    html`<a href="${to(lang)}" lang="${lang}" hreflang="${lang}" ${lang === language ? raw('aria-current="true"') : ""}>${name}</a>`;
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Revento</title><style>${raw(STYLE)}</style></head>
<body><main>
<header><span>Revento</span><nav aria-label="Language / Język">${link("en", "English")}${link("pl", "Polski")}</nav></header>
${body}
<footer class="quiet">${MESSAGES[language].sandboxNote}</footer>
</main></body></html>`;
}
