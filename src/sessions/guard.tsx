import type { AppContext } from "../app-env.ts";
import { problemPage, wordsOf } from "../ui/index.ts";
import { findSession } from "./sessions.ts";

/**
 * Lets an organizer of exactly this organization through. Anybody else gets a page that signs in, and learns nothing
 * of what there is.
 * @returns null where the way is free
 */
export async function refuseUnlessOrganizer(
  c: AppContext,
  organizationId: string,
  options: { readonly eventId?: string } = {},
): Promise<Response | null> {
  if ((await findSession(c, "organizer", organizationId)) !== null) return null;
  return signInPage(c, options.eventId);
}

function signInPage(c: AppContext, eventId: string | undefined): Response | Promise<Response> {
  const { t } = wordsOf(c);
  const query = eventId === undefined ? "" : `?event_id=${encodeURIComponent(eventId)}`;
  return problemPage(c, {
    title: t("problem.signIn"),
    what: t("signIn.organizer"),
    whatToDo: t("signIn.organizer.do"),
    action: (
      <a class="button big" href={`/connect${query}`}>
        {t("signIn.action")}
      </a>
    ),
    status: 401,
  });
}
