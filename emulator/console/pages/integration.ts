import { html, raw } from "hono/html";
import { masked } from "../../control/show.ts";
import type { Core } from "../../core.ts";
import { describeScope } from "../../oauth/scopes.ts";
import { EVENT_TYPES } from "../../webhooks/types.ts";
import type { PageContent } from "../layout.ts";
import { act, badge, type Html } from "../parts.ts";

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
<p class="row">${act("rotate-webhook-secret", {}, "Rotate the webhook secret", { done: "Webhooks are signed with another secret" })}
${act("rotate-client-secret", {}, "Rotate the client secret", { done: "The client secret is another one" })}</p>
<p class="quiet">A new secret is shown once.</p></section>`;
}

function scopes({ integration }: Core): Html {
  const row = (
    scope: ReturnType<typeof describeScope>,
  ) => html`<tr data-key="${scope.name}"><th scope="row"><code>${scope.name}</code></th><td>${scope.en}</td>
<td>${scope.kind}</td><td>${badge(scope.required ? "required" : "optional", scope.required ? "info" : "off")}</td>
<td><div class="row">${act("declare-scope", { name: scope.name, kind: scope.kind, required: !scope.required }, scope.required ? "Make optional" : "Make required", { small: true })}
${act("withdraw-scope", { name: scope.name }, "Withdraw", { small: true, look: "danger", done: `${scope.name} was withdrawn` })}</div></td></tr>`;
  return html`<div class="table" tabindex="0" role="region" aria-label="Scopes"><table class="cards"><thead><tr><th scope="col">Scope</th><th scope="col">In the consent page's words</th><th scope="col">Token</th><th scope="col">Consent</th><th scope="col">Do</th></tr></thead>
<tbody>${integration.scopes.map((scope) => row(describeScope(scope)))}</tbody></table></div>
<form class="panel row" data-post="/_emulator/actions/declare-scope" data-done="Declared: connections need consent again">
<label class="row">Add a scope <input name="name" required placeholder="payments.read"></label>
<select name="kind" aria-label="Token"><option value="installation">installation</option><option value="user">user</option></select>
<label class="row"><input type="checkbox" name="required" data-kind="boolean"> required</label><button>Declare</button></form>`;
}

function eventTypes({ integration }: Core): Html {
  const declared = integration.declared_webhook_event_types;
  const all = [...new Set([...EVENT_TYPES, ...declared])];
  return html`<form class="panel" data-post="/_emulator/actions/declare-event-types" data-done="Declared: works at once, needs no consent"><div class="fields">${all.map(
    (type) =>
      html`<label class="check"><input type="checkbox" name="types" value="${type}" data-kind="box" ${raw(declared.includes(type) ? "checked" : "")}> <code>${type}</code></label>`,
  )}</div><button>Declare these</button></form>`;
}

function redirectUris({ integration }: Core): Html {
  return html`<form class="panel" data-post="/_emulator/actions/register-redirect-uris" data-done="Registered">
<div class="fields"><label class="wide">One on each line; compared byte for byte<textarea name="uris" data-kind="lines">${integration.redirect_uris.join("\n")}</textarea></label></div><button>Register</button></form>`;
}
