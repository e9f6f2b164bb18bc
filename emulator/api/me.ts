import type { Core } from "../core.ts";
import { failure } from "../failure.ts";
import { answerFailure, type Ctx } from "../http.ts";
import { accountJson, applicationJson } from "../state/snapshots.ts";
import { applicationOf } from "../state/store.ts";
import type { Page } from "./page.ts";
import { refuseToken } from "./refuse-token.ts";

/** `GET /me/profile`: the person behind a user token. */
export function showProfile(core: Core, c: Ctx): Response {
  const refusal = refuseToken(c, "user", "profile.read");
  if (refusal) return answerFailure(c, refusal);
  const account = core.store.accounts.get(c.get("grant").user_id);
  if (!account) return answerFailure(c, failure(404, "not_found", "There is no such person"));
  return c.json(accountJson(account));
}

/** `GET /me/application`: this person's applications for the event of the token, as a list answer. */
export function showApplication(core: Core, c: Ctx): Response {
  const refusal = refuseToken(c, "user", "event.attendance");
  if (refusal) return answerFailure(c, refusal);
  const { user_id, event_id } = c.get("grant");
  const participant = applicationOf(core.store, user_id, event_id);
  const data = participant ? [applicationJson(participant)] : [];
  if (participant && core.settings.activity_ids) {
    data[0] = { ...data[0], activity_ids: [...participant.activity_ids] };
  }
  return c.json({ data, next_cursor: null, has_more: false } satisfies Page);
}
