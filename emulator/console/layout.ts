import { html, raw } from "hono/html";
import type { Core } from "../core.ts";
import { button, duration, type Html, moment } from "./parts.ts";

export interface PageContent {
  title: string;
  body: Html;
}

/** How many events the menu names. */
const NAMED_EVENTS = 6;

function menuLink(here: string, href: string, text: string, count = 0, counted = "", tone = ""): Html {
  const current = raw(here === href ? 'aria-current="page"' : "");
  return html`<li><a href="${href}" ${current}><span>${text}</span>${
    count > 0 ? html`<span class="count ${tone}" title="${counted}">${count}</span>` : ""
  }</a></li>`;
}

function eventMenu(core: Core, here: string): Html {
  const events = [...core.store.events.values()].slice(0, NAMED_EVENTS);
  return html`<nav aria-label="Events"><h2>Events</h2>${events.map((event) => {
    const at = `/events/${event.id}`;
    return html`<ul><li class="event"><a href="${at}" ${raw(here === at ? 'aria-current="page"' : "")}>${event.title}</a></li></ul>
<ul class="sub">${menuLink(here, `${at}/participants`, "Participants")}${menuLink(here, `${at}/program`, "Program")}</ul>`;
  })}</nav>`;
}

function clockBox(core: Core): Html {
  const { clock, settings } = core;
  const ahead = clock.ahead === 0 ? "real time" : `${duration(clock.ahead)} ahead`;
  const skew = settings.skew_ms === 0 ? "" : ` · skew ${duration(settings.skew_ms)}`;
  const jumps = [
    ["15m", "+15 min"],
    ["1h", "+1 h"],
    ["1d", "+1 d"],
  ] as const;
  return html`<section class="clock" aria-label="Clock"><div><a href="/time"><strong>${moment(clock.now())}</strong> UTC</a>
<p>${ahead}${skew}</p></div><div class="row">${jumps.map(([advance, label]) =>
    button("/_emulator/clock", { advance }, label, { done: `The clock moved ${label}` }),
  )}</div></section>`;
}

/** The frame of every page of the console. */
export function frame(core: Core, here: string, { title, body }: PageContent): Html {
  const dead = core.deliveries.all().filter(({ status }) => status === "dead").length;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Revento emulator</title><link rel="stylesheet" href="/console/style.css">
<link rel="icon" href="/console/icon.svg" type="image/svg+xml"><script src="/console/script.js" defer></script></head>
<body><header id="side"><a class="skip" href="#page">To the content</a><a class="brand" href="/">Revento <b>EMULATOR</b></a>
<nav aria-label="Console"><ul>${menuLink(here, "/", "Overview")}
${menuLink(here, "/deliveries", "Deliveries", dead, "dead letters", "bad")}
${menuLink(here, "/connections", "Connections")}
${menuLink(here, "/integration", "Integration")}
${menuLink(here, "/faults", "Faults", core.faults.list().length, "planned faults")}
${menuLink(here, "/time", "Clock")}
${menuLink(here, "/settings", "Settings")}</ul></nav>
${eventMenu(core, here)}${clockBox(core)}</header>
<main id="page">${body}</main>
<div id="toasts" role="status" aria-live="polite"></div>
<p id="offline" role="alert" hidden>The emulator does not answer. Is it still running?</p>
<noscript><p class="toast bad">The console's buttons need JavaScript. Everything they do can also be done with npm run emulator -- --help</p></noscript>
</body></html>`;
}
