import { html, raw } from "hono/html";
import type { Account, EventRecord } from "../state/types.ts";
import { page } from "./layout.ts";
import { type Language, MESSAGES, type Note } from "./messages.ts";
import type { AuthorizationRequest, RefusalCode } from "./request.ts";
import type { Scope } from "./scopes.ts";

/** Where a page stands: its language and the address of the authorization request. */
export interface View {
  language: Language;
  url: URL;
}

/** A dead end: the person is told why, and the browser is not sent back. */
export function refusalPage({ language, url }: View, code: RefusalCode) {
  const text = MESSAGES[language];
  return page(
    language,
    text.refusedTitle,
    url,
    html`<h1>${text.refusedTitle}</h1><p role="alert" data-refusal="${code}">${text.refusals[code]}</p>
<p class="quiet"><code>${code}</code></p><p><a href="${url.pathname}${url.search}">${text.again}</a></p>`,
  );
}

export interface Candidates {
  accounts: { account: Account; note: Note }[];
  query: string;
  isCut: boolean;
}

/** Sign-in is choosing an account: one button for each. */
export function signInPage({ language, url }: View, candidates: Candidates) {
  const text = MESSAGES[language];
  const button = ({ account, note }: Candidates["accounts"][number]) =>
    html`<button name="account" value="${account.id}"><span>${account.display_name}<br><small>${account.email}</small></span><i class="tag">${text.notes[note]}</i></button>`;
  const keep = [...url.searchParams].filter(([name]) => name !== "q");
  return page(
    language,
    text.signIn,
    url,
    html`<h1>${text.signIn}</h1><p>${text.signInLead}</p>
<form method="get" action="/oauth/authorize" role="search" class="row">
${keep.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<input type="search" name="q" value="${candidates.query}" aria-label="${text.search}" placeholder="${text.search}">
<button>${text.find}</button></form>
<form method="post" action="/oauth/sign-in" class="accounts">
<input type="hidden" name="request" value="${url.search}">
${candidates.accounts.map(button)}
</form>
${candidates.accounts.length === 0 ? html`<p>${text.nobody}</p>` : ""}
${candidates.isCut ? html`<p class="quiet">${text.more}</p>` : ""}`,
  );
}

function scopeRow(scope: Scope, language: Language) {
  const text = MESSAGES[language];
  const state = scope.required ? raw("checked disabled") : raw("checked");
  return html`<label class="scope"><input type="checkbox" name="scope" value="${scope.name}" ${state}>
<span>${scope[language]}<br><small><code>${scope.name}</code></small></span>
<i class="tag ${scope.required ? "needed" : ""}">${scope.required ? text.required : text.optional}</i></label>`;
}

export interface Consent {
  request: AuthorizationRequest;
  integration: string;
  event: EventRecord;
  organization: string;
  account: Account;
}

/** What is asked for, in the person's words; optional scopes can be unticked. */
export function consentPage({ language, url }: View, consent: Consent) {
  const text = MESSAGES[language];
  const { request, event, account } = consent;
  const title = text.wants(consent.integration);
  return page(
    language,
    text.title,
    url,
    html`<h1>${title}</h1>
<p class="event"><small>${text.forEvent}</small><br><strong>${event.title}</strong><br><small>${event.start_date} – ${event.end_date} · ${consent.organization}</small></p>
<p>${text[request.kind]}</p>
<form method="post" action="/oauth/authorize">
<input type="hidden" name="request" value="${url.search}">
<fieldset><legend class="quiet">${account.display_name} · ${account.email}</legend>
${request.scopes.map((scope) => scopeRow(scope, language))}</fieldset>
<div class="row"><button class="main" name="decision" value="authorize">${text.authorize}</button>
<button name="decision" value="cancel">${text.cancel}</button></div></form>
<form method="post" action="/oauth/sign-out"><input type="hidden" name="request" value="${url.search}">
<p><button class="link quiet" name="switch" value="account">${text.notYou}</button></p></form>`,
  );
}
