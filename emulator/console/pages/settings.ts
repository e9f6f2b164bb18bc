import { html } from "hono/html";
import { ASSUMPTIONS } from "../../assumptions.ts";
import type { Core } from "../../core.ts";
import type { SettingName } from "../../settings.ts";
import { SETTINGS } from "../../settings-table.ts";
import type { PageContent } from "../layout.ts";
import { button, type Html, table } from "../parts.ts";
import { settingForm } from "../setting-form.ts";

const GROUPS: [title: string, names: SettingName[]][] = [
  [
    "Tokens",
    [
      "refresh_mode",
      "refresh_grace_seconds",
      "reuse_revokes_grant",
      "old_access_after_refresh",
      "reauthorize",
      "code_reuse_revokes_grant",
      "token_redirect_uri",
      "user_id_in_token",
      "code_lifetime_s",
      "access_lifetime_s",
      "refresh_lifetime_s",
      "grant_lifetime_s",
    ],
  ],
  ["API", ["accept", "limit_over_max", "program_shape", "activity_ids", "latency_ms"]],
  [
    "Rate limits",
    ["rate_limits", "rate_headers", "count_refused_calls", "suspend_after_429s", "suspend_window_s"],
  ],
  [
    "Webhooks",
    [
      "webhook_url",
      "webhook_timeout_ms",
      "retry_curve_s",
      "retry_timestamp",
      "webhook_request_id",
      "delivery_concurrency",
      "delivery_log_limit",
      "deliver_undeclared",
      "deletion_reason",
      "capacity_debounce_ms",
    ],
  ],
];

export function settingsPage(core: Core): PageContent {
  const grouped = GROUPS.flatMap(([, names]) => names);
  const others = (Object.keys(SETTINGS) as SettingName[]).filter((name) => !grouped.includes(name));
  const group = (title: string, names: readonly SettingName[]) =>
    html`<h2>${title}</h2><section class="panel">${names.map((name) => settingForm(core, name, SETTINGS[name]))}</section>`;
  return {
    title: "Settings",
    body: html`<h1>Settings</h1>
<p class="lead">What Revento's documents leave open, as switches. A change takes effect at once; a restart forgets it.</p>
${GROUPS.map(([title, names]) => group(title, names))}${group("Clock and the rest", others)}
<h2 id="reset">Reset</h2>${resetPanel()}<h2>Assumptions</h2>${assumptions()}`,
  };
}

function resetPanel(): Html {
  const sandbox = button("/_emulator/reset", { scope: "sandbox" }, "Reset the sandbox", {
    done: "The sandbox is back at its seed",
  });
  const everything = button("/_emulator/reset", { scope: "everything" }, "Yes, reset everything", {
    look: "danger",
    done: "Everything was reset",
  });
  return html`<section class="panel"><p>${sandbox}</p>
<p class="quiet">As every Monday at 02:00 UTC: events and people go back to their seed. Tokens, connections and deliveries
survive, and no webhook tells of it.</p>
<details><summary>Reset everything…</summary><p class="quiet">Also drops every grant, connection, delivery, fault and setting,
and puts the clock right: as if the emulator had just been started. The integration still believes that it is connected; its
next call is answered with invalid_token.</p><p>${everything}</p></details></section>`;
}

function assumptions(): Html {
  const how = (way: (typeof ASSUMPTIONS)[number]["switch"]) => {
    if (way === null) return "—";
    if ("setting" in way) return html`<a href="#set-${way.setting}"><code>${way.setting}</code></a>`;
    if ("fault" in way) return html`<a href="/faults?kind=${way.fault}">fault <code>${way.fault}</code></a>`;
    return html`action <code>${way.action}</code>`;
  };
  const row = ({ section, text, switch: way }: (typeof ASSUMPTIONS)[number]) =>
    html`<tr><td>§${section}</td><td>${text}</td><td>${how(way)}</td></tr>`;
  return html`<p class="quiet">What is not in the documents, what is played instead, and the switch that changes it.</p>
${table("Assumptions", ["Contract", "Played", "Switch"], ASSUMPTIONS.map(row))}`;
}
