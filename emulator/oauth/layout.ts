import { html, raw } from "hono/html";
import { type Language, MESSAGES } from "./messages.ts";

type Html = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --ground: #eeecf4; --card: #fff; --ink: #211d2c; --quiet: #5f596d; --line: #dcd8e6; --soft: #f6f4fa;
  --accent: #3b4cca; --tag: #e7e9fb; --tag-ink: #2f3da6; }
@media (prefers-color-scheme: dark) { :root { --ground: #14111b; --card: #1f1b29; --ink: #eeebf5; --quiet: #aaa4ba; --line: #3a3448; --soft: #292436;
  --accent: #5b6bea; --tag: #2b2f5e; --tag-ink: #c3caff; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif; background: var(--ground); color: var(--ink); }
.card { max-width: 33rem; margin: clamp(0px, 6vh, 4rem) auto; padding: 1.25rem clamp(1.1rem, 5vw, 2rem) 1.5rem; background: var(--card); border-radius: 18px;
  border-top: 5px solid #ffb224; box-shadow: 0 1px 2px #0002, 0 14px 44px #2b214026; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .5rem; margin-bottom: 1.75rem; font-weight: 700; }
header b { background: #ffb224; color: #2a1a00; font-size: .68rem; letter-spacing: .12em; padding: .15rem .5rem; border-radius: 3px; vertical-align: middle; margin-left: .35rem; }
header nav { display: flex; border: 1px solid var(--line); border-radius: 99px; overflow: hidden; font-size: .875rem; font-weight: 400; }
header nav a { padding: .2rem .8rem; text-decoration: none; }
header nav a[aria-current] { background: var(--ink); color: var(--card); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; text-wrap: balance; }
small, .quiet { color: var(--quiet); font-size: .875rem; }
.event { background: var(--soft); border-radius: 12px; padding: .75rem 1rem; margin: 1rem 0; }
.event strong { font-size: 1.05rem; }
fieldset { border: 0; padding: 0; margin: 1.25rem 0; min-width: 0; }
legend { padding: 0; margin-bottom: .25rem; }
.scope { display: flex; gap: .75rem; padding: .75rem 0; border-bottom: 1px solid var(--line); }
.scope input { margin-top: .2rem; inline-size: 1.15rem; block-size: 1.15rem; flex: none; accent-color: var(--accent); }
.scope span { flex: 1; }
.tag { align-self: start; white-space: nowrap; font-size: .78rem; font-weight: 600; background: var(--soft); color: var(--quiet); border-radius: 99px; padding: .05rem .6rem; font-style: normal; }
.tag.needed { background: var(--tag); color: var(--tag-ink); }
button { font: inherit; padding: .6rem 1.2rem; border-radius: 10px; border: 1px solid var(--line); background: var(--card); color: inherit; cursor: pointer; }
button:hover { border-color: var(--accent); }
button.main { background: var(--accent); border-color: var(--accent); color: #fff; font-weight: 600; flex: 1; }
button.main:hover { filter: brightness(1.08); }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid #ffb224; outline-offset: 2px; }
.row { display: flex; gap: .75rem; flex-wrap: wrap; align-items: center; }
.accounts { display: grid; gap: .4rem; margin: 1rem 0; }
.accounts button { text-align: left; display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 1rem; align-items: center; padding: .5rem .9rem; overflow-wrap: anywhere; }
input[type=search] { font: inherit; color: inherit; background: var(--card); padding: .55rem .8rem; border: 1px solid var(--quiet); border-radius: 10px; flex: 1; min-width: 10rem; }
::placeholder { color: inherit; opacity: .75; }
a { color: inherit; }
button.link { border: 0; padding: 0; background: none; text-decoration: underline; }
[role=alert] { border-left: 4px solid #d64545; padding-left: .9rem; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media (max-width: 36rem) { body { background: var(--card); } .card { margin-top: 0; max-width: none; box-shadow: none; border-radius: 0; } }
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
<title>${title} · Revento</title><link rel="icon" href="/console/icon.svg" type="image/svg+xml"><style>${raw(STYLE)}</style></head>
<body><div class="card"><header><span>Revento <b>EMULATOR</b></span><nav aria-label="Language / Język">${link("en", "English")}${link("pl", "Polski")}</nav></header>
<main>${body}</main>
<footer class="quiet">${MESSAGES[language].sandboxNote}</footer></div></body></html>`;
}
