import type { Child, FC } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppContext } from "../app-env.ts";
import { type Failure, storageFailureOf, toHttp } from "../failure.ts";
import { page, wantsPage, wordsOf } from "./page.tsx";
import type { Translate } from "./texts.ts";

export interface Problem {
  readonly title: string;
  readonly what: string;
  readonly whatToDo: string;
  /** The next step: a link or a form. Without one, a link to the start. */
  readonly action?: Child;
  readonly status: ContentfulStatusCode;
  readonly bare?: boolean;
}

/** A page that says what happened and what to do, with the id under which the log has it. */
export function problemPage(c: AppContext, problem: Problem): Response | Promise<Response> {
  const { t } = wordsOf(c);
  return page(
    c,
    { title: problem.title, ...(problem.bare === true ? { bare: true } : {}) },
    <>
      <h1>{problem.title}</h1>
      <p class="lead">{problem.what}</p>
      <p>{problem.whatToDo}</p>
      <div class="row">
        {problem.action ?? (
          <a class="button" href="/">
            {t("problem.home")}
          </a>
        )}
      </div>
      <RequestId t={t} id={c.get("requestId")} />
    </>,
    problem.status,
  );
}

const RequestId: FC<{ t: Translate; id: string }> = ({ t, id }) => (
  <p class="small muted">
    {t("problem.request")} <code>{id}</code>
  </p>
);

/** An expected failure, as a page for a browser and as JSON for a program. */
export function failureResponse(c: AppContext, failure: Failure): Response | Promise<Response> {
  const { status, error, message, retryAfterS } = toHttp(failure);
  if (retryAfterS !== undefined) c.header("retry-after", String(retryAfterS));
  if (!wantsPage(c)) {
    c.header("cache-control", "no-store");
    return c.json({ error, message, request_id: c.get("requestId") }, status);
  }
  return problemPage(c, { ...describe(wordsOf(c).t, failure), status });
}

/** The words for each failure. What only an operator understands stays in the log. */
function describe(t: Translate, failure: Failure): Omit<Problem, "status"> {
  switch (failure.kind) {
    case "not_found":
      return {
        title: t("problem.notFound"),
        what: t("problem.notFound.what"),
        whatToDo: t("problem.notFound.do"),
      };
    case "unauthorized":
      return { title: t("problem.signIn"), what: t("problem.signIn.what"), whatToDo: t("problem.signIn.do") };
    case "forbidden":
      return {
        title: t("problem.forbidden"),
        what: t("problem.forbidden.what"),
        whatToDo: t("problem.forbidden.do"),
      };
    case "bad_request":
    case "conflict":
    case "too_large":
      return { title: t("problem.bad"), what: t("problem.bad.what"), whatToDo: t("problem.bad.do") };
    case "not_connected":
      return {
        title: t("problem.notConnected"),
        what: t("problem.notConnected.what"),
        whatToDo: t("problem.notConnected.do"),
      };
    case "missing_scope":
      return {
        title: t("problem.scope"),
        what: t("problem.scope.what", { scope: failure.scope }),
        whatToDo: t("problem.scope.do"),
      };
    case "throttled":
      return {
        title: t("problem.throttled"),
        what: t("problem.throttled.what"),
        whatToDo: t("problem.throttled.do", { n: failure.retryInS }),
      };
    case "revento_refused":
    case "revento_malformed":
    case "revento_unavailable":
      return {
        title: t("problem.revento"),
        what: t("problem.revento.what"),
        whatToDo: t("problem.revento.do"),
      };
    case "storage_unavailable":
    case "misconfigured":
      return { title: t("problem.ours"), what: t("problem.ours.what"), whatToDo: t("problem.ours.do") };
  }
}

/** What a bug looks like from outside: the same words for all of them, and the id that finds it in the log. */
export function brokenResponse(c: AppContext, error: unknown): Response | Promise<Response> {
  c.get("world").log.error("request.failed", {
    requestId: c.get("requestId"),
    path: withoutKey(new URL(c.req.url).pathname),
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  const outage = storageFailureOf(error);
  if (outage !== null) return failureResponse(c, outage);
  const { t } = wordsOf(c);
  if (!wantsPage(c)) {
    c.header("cache-control", "no-store");
    const message = "Something went wrong here. Try again; if it stays, report the request id.";
    return c.json({ error: "internal_error", message, request_id: c.get("requestId") }, 500);
  }
  return problemPage(c, {
    title: t("problem.ours"),
    what: t("problem.ours.what"),
    whatToDo: t("problem.ours.do"),
    status: 500,
  });
}

/** A door's key opens the door: it is in the path, and must not get into the log. */
const withoutKey = (path: string): string => path.replace(/^\/door\/[^/]+/, "/door/…");
