import { html } from "hono/html";
import { nextMondayReset } from "../../clock.ts";
import type { Core } from "../../core.ts";
import { SETTINGS } from "../../settings-table.ts";
import type { PageContent } from "../layout.ts";
import { button, duration, type Html, moment, posts } from "../parts.ts";
import { settingForm } from "../setting-form.ts";

const JUMPS = [
  ["15m", "+15 min", "rate windows, retries"],
  ["1h", "+1 h", "access tokens expire"],
  ["1d", "+1 day", "the last retry, then dead letters"],
  ["90d", "+90 days", "refresh tokens expire"],
] as const;

export function timePage(core: Core): PageContent {
  const { clock } = core;
  return {
    title: "Clock",
    body: html`<h1>Clock</h1>
<p class="lead">Move the emulator's time ahead, and hours or days pass at once: tokens age, rate windows empty, retries and Monday's reset fall due on the way.
Time never goes back; <a href="/settings#reset">reset everything</a> puts it right.</p>
<div class="grid two"><section class="panel"><h3>Now</h3><dl><dt>The emulator's time</dt><dd><strong>${moment(clock.now())} UTC</strong></dd>
<dt>Ahead of real time</dt><dd>${clock.ahead === 0 ? "not at all" : duration(clock.ahead)}</dd>
<dt>As Revento shows it</dt><dd>${moment(clock.wall())} <small>Date, occurred_at, X-Revento-Timestamp</small></dd>
<dt>Next sandbox reset</dt><dd>in ${duration(nextMondayReset(clock.now()) - clock.now())}, ${moment(nextMondayReset(clock.now()))}</dd>
<dt>Last reset</dt><dd>${moment(core.resetAt)}</dd></dl></section>${jumpCard()}</div>
<h2>What Revento's clock shows</h2><div class="panel stack">${(
      ["stamps", "skew_ms", "monday_reset"] as const
    ).map((name) => settingForm(core, name, SETTINGS[name]))}
<p class="row">${skewButton(0, "No skew")}${skewButton(-600_000, "10 min slow")}${skewButton(600_000, "10 min fast")}${skewButton(-4000, "4 s slow")}</p></div>`,
  };
}

function jumpCard(): Html {
  const jump = ([advance, label, about]: (typeof JUMPS)[number]) =>
    html`<dt>${button("/_emulator/clock", { advance }, label, { done: `The clock moved ${label}` })}</dt><dd><small>${about}</small></dd>`;
  return html`<section class="panel"><h3>Move ahead</h3><dl class="jumps">${JUMPS.map(jump)}</dl>
<form class="row" ${posts("/clock", {}, "The clock was moved")}>
<label class="row">By <input name="advance" required placeholder="2h, 3d 30m, 90s" size="16"></label>
<button>Move</button></form></section>`;
}

function skewButton(skew_ms: number, label: string): Html {
  return button("/_emulator/settings", { skew_ms }, label, {
    small: true,
    done: `Revento's clock: ${label.toLowerCase()}`,
  });
}
