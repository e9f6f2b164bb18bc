import { html, raw } from "hono/html";
import { masked } from "../../control/show.ts";
import type { Core } from "../../core.ts";
import { describeScope } from "../../oauth/scopes.ts";
import { EVENT_TYPES } from "../../webhooks/types.ts";
import type { PageContent } from "../layout.ts";
import { act, badge, type Html, posts, table } from "../parts.ts";

export function integrationPage(core: Core): PageContent {
  const { name, client_id } = core.integration;
  return {
    title: "Integration",
    body: html`<h1>${name} ${badge(core.integration.status)}</h1><p class="lead">As it is registered at Revento: <code>${client_id}</code></p>
<div class="grid">${lifecycleCard(core)}${organizationCard(core)}${secretsCard(core)}</div>
<h2>Scopes of the manifest</h2>${scopes(core)}<h2>Declared webhook event types</h2>${eventTypes(core)}
<h2>Redirect URIs</h2>${redirectUris(core)}`,
  };
}

function lifecycleCard({ integration }: Core): Html {
  const { status } = integration;
  const button = (is: boolean, node: Html) => (is ? node : "");
  return html`<section class="panel"><h3>In the catalog</h3><p class="row">
${button(status !== "suspended" && status !== "unpublished", act("suspend", {}, "Suspend", { look: "danger", done: "Suspended" }))}
${button(status === "suspended", act("unsuspend", {}, "Lift the suspension", { look: "main", done: "The suspension was lifted" }))}
${button(status === "published", act("deprecate", {}, "Deprecate", { done: "Deprecated" }))}
${button(status !== "unpublished", act("unpublish-integration", {}, "Unpublish", { look: "danger", done: "Unpublished" }))}
${button(status === "deprecated" || status === "unpublished", act("publish-integration", {}, "Publish", { look: "main", done: "Published" }))}</p>
<p class="quiet">Suspend: every token is dead at once, connections do not come back by themselves. Deprecate: what exists works on, nothing new is connected.
Unpublish: end of life, deletion is due for every connection.</p></section>`;
}

function organizationCard({ store }: Core): Html {
  const { name, formal } = store.organization;
  return html`<section class="panel"><h3>${name}</h3><p class="row">${badge(formal ? "formal" : "not formal", formal ? "good" : "bad")}
${
  formal
    ? act("remove-formal-status", {}, "Take formal status away", {
        look: "danger",
        done: "The organization is no longer formal",
      })
    : act("restore-formal-status", {}, "Give it back", {
        look: "main",
        done: "The organization is formal again",
      })
}</p><p class="quiet">Without it every connection of the organization ends.</p></section>`;
}

function secretsCard({ integration }: Core): Html {
  return html`<section class="panel"><h3>Secrets</h3><dl><dt>Client</dt><dd><code>${masked(integration.client_secret)}</code></dd>
<dt>Webhooks</dt><dd><code>${masked(integration.webhook_secret)}</code></dd></dl>
<p class="row">${act("rotate-webhook-secret", {}, "Rotate the webhook secret", { done: "Webhooks have another secret" })}
${act("rotate-client-secret", {}, "Rotate the client secret", { done: "The client secret is another one" })}</p>
<p class="quiet">A new secret is shown once.</p></section>`;
}

function scopes({ integration }: Core): Html {
  const headings = ["Scope", "In the consent page's words", "Token", "Consent", "Do"];
  const rows = integration.scopes.map((scope) => scopeRow(describeScope(scope)));
  return html`${table("Scopes", headings, rows)}
<form class="panel row" ${posts("/actions/declare-scope", {}, "Declared: connections need consent again")}>
<label class="row">Add a scope <input name="name" required placeholder="payments.read"></label>
<select name="kind" aria-label="Token"><option value="installation">installation</option><option value="user">user</option></select>
<label class="row"><input type="checkbox" name="required" data-kind="boolean"> required</label><button>Declare</button></form>`;
}

function scopeRow({ name, kind, required, en }: ReturnType<typeof describeScope>): Html {
  const small = true;
  const other = required ? "Make optional" : "Make required";
  return html`<tr data-key="${name}"><th scope="row"><code>${name}</code></th><td>${en}</td><td>${kind}</td>
<td>${badge(required ? "required" : "optional", required ? "info" : "off")}</td>
<td><div class="row">${act("declare-scope", { name, kind, required: !required }, other, { small })}
${act("withdraw-scope", { name }, "Withdraw", { small, look: "danger", done: `${name} was withdrawn` })}</div></td></tr>`;
}

function eventTypes({ integration }: Core): Html {
  const declared = integration.declared_webhook_event_types;
  const all = [...new Set([...EVENT_TYPES, ...declared])];
  const sends = posts("/actions/declare-event-types", {}, "Declared: works at once, needs no consent");
  const box = (type: string) => {
    const checked = raw(declared.includes(type) ? "checked" : "");
    return html`<label class="check"><input type="checkbox" name="types" value="${type}" data-kind="box" ${checked}>
<code>${type}</code></label>`;
  };
  return html`<form class="panel" ${sends}><div class="fields">${all.map(box)}</div><button>Declare these</button></form>`;
}

function redirectUris({ integration }: Core): Html {
  return html`<form class="panel" ${posts("/actions/register-redirect-uris", {}, "Registered")}>
<div class="fields"><label class="wide">One on each line; compared byte for byte
<textarea name="uris" data-kind="lines">${integration.redirect_uris.join("\n")}</textarea></label></div>
<button>Register</button></form>`;
}
