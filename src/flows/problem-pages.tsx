import type { Child } from "hono/jsx";
import type { AppContext } from "../app-env.ts";
import { isInFrame } from "../sessions/index.ts";
import { page, problemPage, ScopeList, type Translate, wordsOf } from "../ui/index.ts";
import type { FlowKind } from "./flow.ts";
import type { FlowProblem } from "./take.ts";

const startPath = (c: AppContext, kind: FlowKind, eventId: string | null): string => {
  const query = new URLSearchParams();
  if (eventId !== null) query.set("event_id", eventId);
  if (isInFrame(c)) query.set("webview", "1");
  return query.size === 0 ? `/${kind}` : `/${kind}?${query}`;
};

/** Starts again only when a person presses it. */
function startAgain(c: AppContext, kind: FlowKind, eventId: string | null, label: string): Child {
  return (
    <a class="button big" href={startPath(c, kind, eventId)}>
      {label}
    </a>
  );
}

/** A state that does not count here: another browser's, too old, or used before. */
export function flowProblemPage(c: AppContext, kind: FlowKind, problem: FlowProblem) {
  const { t } = wordsOf(c);
  return problemPage(c, {
    title: t(`flow.${problem.why}`),
    what: t(`flow.${problem.why}.what`),
    whatToDo: t(`flow.${problem.why}.do`),
    action: startAgain(c, kind, problem.eventId, t("flow.again")),
    status: problem.why === "foreign" ? 403 : 400,
    bare: isInFrame(c),
  });
}

/** What Revento's answer was, where it was not a consent. */
export type AnswerProblem =
  | { readonly why: "unreachable" | "otherEvent" | "otherKind" }
  | { readonly why: "refused"; readonly error: string };

/** Revento said no, said nothing, or said something that was not asked for. Nothing was stored. */
export function answerProblem(c: AppContext, kind: FlowKind, eventId: string, problem: AnswerProblem) {
  const { t } = wordsOf(c);
  const isOurFault = problem.why === "refused" && problem.error === "invalid_scope";
  return problemPage(c, {
    ...wordsForAnswer(t, problem),
    action: isOurFault ? <ContactLink c={c} /> : startAgain(c, kind, eventId, t("flow.again")),
    status: STATUS_OF[problem.why],
    bare: isInFrame(c),
  });
}

const STATUS_OF = { unreachable: 502, otherEvent: 403, otherKind: 403, refused: 400 } as const;

function wordsForAnswer(t: Translate, problem: AnswerProblem) {
  if (problem.why !== "refused") {
    const { why } = problem;
    return { title: t(`flow.${why}`), what: t(`flow.${why}.what`), whatToDo: t(`flow.${why}.do`) };
  }
  if (problem.error === "invalid_scope") {
    return { title: t("flow.scope"), what: t("flow.scope.what"), whatToDo: t("flow.scope.do") };
  }
  const what = t("flow.refused.what", { error: problem.error.slice(0, 80) });
  return { title: t("flow.refused"), what, whatToDo: t("flow.refused.do") };
}

const ContactLink = ({ c }: { c: AppContext }) => (
  <a class="button" href={`mailto:${c.get("world").manifest.contact.email}`}>
    {wordsOf(c).t("contact.action")}
  </a>
);

/**
 * The person declined. One sentence why consent is needed, what would be accessed, and a button that starts again;
 * it never starts again by itself (seed `004`, "no looping").
 */
export function declinedPage(c: AppContext, kind: FlowKind, eventId: string) {
  const { t } = wordsOf(c);
  const { installation, user } = c.get("world").manifest;
  const texts = kind === "connect" ? "declined" : "loginDeclined";
  return page(
    c,
    { title: t(`${texts}.title`), bare: isInFrame(c) },
    <>
      <h1>{t(`${texts}.title`)}</h1>
      <p class="lead">{t(`${texts}.what`)}</p>
      <p>{t(`${texts}.why`)}</p>
      <div class="row">{startAgain(c, kind, eventId, t("declined.again"))}</div>
      <section class="card">
        <h2>{t("declined.access")}</h2>
        <ScopeList t={t} {...(kind === "connect" ? installation : user)} />
      </section>
    </>,
  );
}
