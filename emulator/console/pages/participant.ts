import { html } from "hono/html";
import { findParticipant } from "../../actions/find.ts";
import type { Core } from "../../core.ts";
import type { Ctx } from "../../http.ts";
import { applicationJson, participantJson } from "../../state/snapshots.ts";
import type { Account, EventRecord, Participant } from "../../state/types.ts";
import { nameOf, statusOf } from "../data.ts";
import { deliveryTable } from "../delivery-table.ts";
import type { PageContent } from "../layout.ts";
import { participantButtons } from "../participant-buttons.ts";
import { act, badge, field, type Html, json, moment, option, posts } from "../parts.ts";

export function participantPage(core: Core, c: Ctx): PageContent {
  const { event, participant } = findParticipant(
    core,
    c.req.param("event") ?? "",
    c.req.param("participant") ?? "",
  );
  const name = nameOf(core, participant.user_id);
  const account = core.store.accounts.get(participant.user_id);
  const own = core.deliveries.all().filter(({ body }) => body.includes(participant.id));
  return {
    title: name,
    body: html`<p><a href="/events/${event.id}">${event.title}</a> › <a href="/events/${event.id}/participants">Participants</a></p>
<h1>${name} ${badge(statusOf(participant))}</h1><p class="lead">${account?.email} · <code>${participant.id}</code></p>
<div class="panel row">${participantButtons(participant, false)}</div>
<div class="grid">${applicationCard(core, participant)}${signUpCard(event, participant)}${signInCard(core, participant)}</div>
<h2>Profile</h2>${account ? profileForm(participant, account) : ""}
<h2>Webhooks about this person</h2>${deliveryTable(core, own.slice(-10).reverse())}
<h2>As Revento shows it</h2><div class="panel">${json("Participant", participantJson(participant, core.store))}
${json("Application", applicationJson(participant))}</div>`,
  };
}

function applicationCard(core: Core, participant: Participant): Html {
  const role = core.store.roles.find(({ id }) => id === participant.role_id);
  return html`<section class="panel"><h3>Application</h3><dl><dt>Id</dt><dd><code>${participant.application_id}</code></dd>
<dt>Role</dt><dd>${role?.name ?? participant.role_id}</dd>
<dt>Submitted</dt><dd>${moment(participant.submitted_at)}</dd><dt>Reviewed</dt><dd>${moment(participant.last_reviewed_at)}</dd>
<dt>Registered</dt><dd>${moment(participant.registered_at)}</dd>
${participant.cancelled_at ? html`<dt>Cancelled</dt><dd>${moment(participant.cancelled_at)}</dd>` : ""}</dl></section>`;
}

function signUpCard(event: EventRecord, { id, event_id, activity_ids }: Participant): Html {
  const free = event.activities.all().filter((activity) => !activity_ids.includes(activity.id));
  const body = { event_id, participant_id: id };
  return html`<section class="panel stack"><h3>Signed up for</h3>${
    activity_ids.length === 0 ? html`<p class="quiet">No activity yet.</p>` : ""
  }<ul>${activity_ids.map(
    (activity) =>
      html`<li><span class="row between">${event.activities.get(activity)?.title ?? activity}
${act("sign-off", { ...body, activity_id: activity }, "Sign off", { small: true, done: "Signed off; reported after a quiet time" })}</span></li>`,
  )}</ul>
<form ${posts("/actions/sign-up", body, "Signed up; reported after a quiet time")} class="row">
<select name="activity_id" aria-label="Activity">${free.map((activity) =>
    option(activity.id, `${activity.title} (${activity.signed_up_count}/${activity.capacity})`, false),
  )}</select><button>Sign up</button></form></section>`;
}

function signInCard(core: Core, { user_id, event_id }: Participant): Html {
  const grants = core.grants.active((grant) => grant.kind === "user" && grant.user_id === user_id);
  const here = grants.some((grant) => grant.event_id === event_id);
  const revoke = act("revoke-user", { account: user_id }, "Revoke access", {
    look: "danger",
    done: "The user has revoked access",
  });
  return html`<section class="panel"><h3>Login with Revento ${here ? badge("signed in", "good") : badge("not signed in", "off")}</h3>
<p class="quiet"><code>${user_id}</code></p>${
    grants.length === 0
      ? html`<p class="quiet">This person has not signed in with the integration.</p>`
      : html`<p>${revoke}</p><p class="quiet">As under “Connected apps”: ends ${grants.length === 1 ? "this sign-in" : "the sign-ins for all events"}.</p>`
  }</section>`;
}

function profileForm({ id, event_id, custom_form_fields }: Participant, account: Account): Html {
  const body = { event_id, participant_id: id };
  const sends = posts("/actions/edit-profile", body, "The profile was changed");
  return html`<form class="panel" ${sends} data-changed><div class="fields">
${field({ label: "First name", name: "first_name", value: account.first_name })}
${field({ label: "Last name", name: "last_name", value: account.last_name })}
${field({ label: "E-mail", name: "email", value: account.email, type: "email" })}
<label class="wide">Answers in the form (JSON)<textarea rows="6" name="custom_form_fields" data-kind="json">${JSON.stringify(custom_form_fields, null, 2)}</textarea></label></div>
<button class="main">Save</button> <small>sends participant.profile_updated for every event of this person</small></form>`;
}
