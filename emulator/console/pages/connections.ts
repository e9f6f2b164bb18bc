import { html } from "hono/html";
import { LIMITS } from "../../api/rate-limit.ts";
import { connectionJson, grantJson } from "../../control/show.ts";
import type { Core } from "../../core.ts";
import type { Connection } from "../../oauth/connections.ts";
import type { Grant } from "../../oauth/grants.ts";
import { SETTINGS } from "../../settings-table.ts";
import { integrationUrl, nameOf } from "../data.ts";
import type { PageContent } from "../layout.ts";
import { act, badge, bar, duration, type Html, moment, table } from "../parts.ts";
import { settingForm } from "../setting-form.ts";

/** How many grants that are over the page lists. */
const SHOWN_ENDED = 30;

export function connectionsPage(core: Core): PageContent {
  const connections = core.connections.all();
  const grants = core.grants.all().reverse();
  const active = grants.filter(({ status }) => status === "active");
  const ended = grants.filter(({ status }) => status !== "active");
  const url = integrationUrl(core);
  return {
    title: "Connections",
    body: html`<h1>Connections and grants</h1>
<p class="lead">A connection is an organizer's consent for one event; a grant is its tokens, or those of a person who signed in.</p>
<h2>Connections</h2>${
      connections.length === 0
        ? html`<p class="panel empty">None yet. Connect an event ${url ? html`at <a href="${url}">${url}</a>` : "in the integration"}.</p>`
        : html`<div class="grid">${connections.map((connection) => connectionCard(core, connection))}</div>`
    }
<h2>Active grants and their rate limits</h2>${
      active.length === 0
        ? html`<p class="panel empty">No token works at the moment.</p>`
        : html`<div class="grid">${active.map((grant) => grantCard(core, grant))}</div>`
    }
<h2>Refreshing</h2><div class="panel stack">${(
      ["refresh_mode", "refresh_grace_seconds", "reuse_revokes_grant"] as const
    ).map((name) => settingForm(core, name, SETTINGS[name]))}</div>
${ended.length > 0 ? html`<h2>Grants that are over</h2>${endedTable(core, ended.slice(0, SHOWN_ENDED))}` : ""}`,
  };
}

function eventName(core: Core, id: string): Html {
  return html`<a href="/events/${id}">${core.store.events.get(id)?.title ?? id}</a>`;
}

function connectionCard(core: Core, connection: Connection): Html {
  const { event_id, status, reason } = connection;
  const { reconsent_required: needs, unconsented_scopes: unseen } = connectionJson(core, connection);
  return html`<article class="panel" data-connection="${event_id}" data-key="${event_id}"><h3>${eventName(core, event_id)} ${badge(status)}</h3><dl>
<dt>Connected</dt><dd>${moment(connection.connected_at)} by ${nameOf(core, connection.connected_by)}</dd>
${status === "active" ? "" : html`<dt>Ended</dt><dd>${moment(connection.ended_at)} <code>${reason}</code></dd>`}
<dt>Scopes</dt><dd>${connection.granted_scopes.map((scope) => html`<code>${scope}</code> `)}</dd>
${needs ? html`<dt>Consent</dt><dd>${badge("asks anew", "warn")} for <code>${String(unseen)}</code></dd>` : ""}</dl>
${status === "ended" ? "" : html`<p>${act("disconnect", { event_id }, "Disconnect", { look: "danger", done: "The organizer has disconnected" })}</p>`}</article>`;
}

function grantCard(core: Core, grant: Grant): Html {
  const shown = grantJson(core, grant);
  const meter = core.meters.of(grant);
  const now = core.clock.now();
  const limit = (window: "hour" | "minute", label: string) => {
    const { limit: most, remaining, resets_at } = meter.read(now, window);
    const next = remaining < most ? `, next free in ${duration(resets_at - now)}` : "";
    return gauge(label, most - remaining, most, next);
  };
  const left = (time: unknown) => (typeof time === "string" ? duration(Date.parse(time) - now) : "—");
  return html`<article class="panel" data-grant="${grant.id}" data-key="${grant.id}"><h3>${
    grant.kind === "installation" ? eventName(core, grant.event_id) : nameOf(core, grant.user_id)
  } ${badge(grant.kind === "installation" ? "event" : "person", "info")}</h3>
${grant.kind === "user" ? html`<p class="quiet">${eventName(core, grant.event_id)}</p>` : ""}
${limit("hour", "Last hour")}${limit("minute", "Last 60 s")}
${gauge("Under way", meter.inFlight, LIMITS[grant.kind].inFlight, `; ${meter.refused} refused so far`)}
<dl><dt>Access token</dt><dd><code>${shown.access_token}</code><br><small>expires in ${left(shown.access_expires_at)}</small></dd>
<dt>Refresh token</dt><dd><code>${shown.refresh_token ?? "—"}</code><br>
<small>expires in ${left(shown.refresh_expires_at)}; refreshed ${grant.refreshes}×</small></dd>
<dt>Scopes</dt><dd>${grant.scopes.map((scope) => html`<code>${scope}</code> `)}</dd></dl>
${grant.kind === "user" ? html`<p>${revokeButton(grant)}</p>` : ""}</article>`;
}

function gauge(label: string, used: number, most: number, more: string): Html {
  return html`<p class="meter"><span class="row between"><span>${label}</span><small>${used} of ${most}${more}</small></span>
${bar(`Calls, ${label.toLowerCase()}`, used, most)}</p>`;
}

function revokeButton({ user_id, event_id }: Grant): Html {
  return act("revoke-user", { account: user_id, event_id }, "Revoke as the user", {
    look: "danger",
    small: true,
    done: "The user has revoked access",
  });
}

function endedTable(core: Core, grants: readonly Grant[]): Html {
  const row = ({ id, kind, user_id, event_id, ended_at, end_reason }: Grant) => html`<tr data-key="${id}">
<th scope="row">${kind === "installation" ? "The event's" : nameOf(core, user_id)}</th>
<td>${eventName(core, event_id)}</td><td class="num">${moment(ended_at)}</td><td><code>${end_reason}</code></td></tr>`;
  return table("Grants that are over", ["Whose", "Event", "Ended (UTC)", "Why"], grants.map(row));
}
