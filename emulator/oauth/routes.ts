import { Hono } from "hono";
import type { Core } from "../core.ts";
import { failure, isFailure } from "../failure.ts";
import { answerFaults } from "../faults/answer.ts";
import { answerFailure, type Ctx, type Env } from "../http.ts";
import { candidatesFor } from "./candidates.ts";
import { decide } from "./consent.ts";
import { refusalFor } from "./eligibility.ts";
import { languageOf } from "./messages.ts";
import { consentPage, refusalPage, signInPage, type View } from "./pages.ts";
import { checkRequest, type RefusalCode } from "./request.ts";
import { isOwnForm, signedIn, signIn, signOut } from "./session.ts";
import { answerToken } from "./token.ts";

const STATUS: Partial<Record<RefusalCode, 400 | 404>> = {
  unknown_client: 400,
  redirect_uri_mismatch: 400,
  event_not_found: 404,
};

/** `/oauth/*`: the pages of an authorization, and the token endpoint. */
export function oauthRoutes(core: Core): Hono<Env> {
  const oauth = new Hono<Env>();
  oauth.use("/authorize", answerFaults(core));
  oauth.get("/authorize", (c) => showAuthorization(core, c));
  oauth.post("/authorize", (c) => takeDecision(core, c));
  oauth.post("/sign-in", (c) => takeAccount(core, c));
  oauth.post("/sign-out", async (c) => {
    signOut(c);
    return c.redirect(`/oauth/authorize${await requestOf(c)}`, 303);
  });
  oauth.post("/token", answerFaults(core), (c) => token(core, c));
  return oauth;
}

function viewOf(c: Ctx, search: string): View {
  const url = new URL(`/oauth/authorize${search}`, c.req.url);
  const chosen = url.searchParams.get("lang") ?? undefined;
  return { url, language: languageOf(chosen, c.req.header("accept-language")) };
}

function refuse(c: Ctx, view: View, code: RefusalCode): Response | Promise<Response> {
  return c.html(refusalPage(view, code), STATUS[code] ?? 403);
}

function showAuthorization(core: Core, c: Ctx): Response | Promise<Response> {
  const view = viewOf(c, new URL(c.req.url).search);
  const verdict = checkRequest(core, view.url.searchParams);
  if (verdict.is === "refused") return refuse(c, view, verdict.page);
  if (verdict.is === "redirect") return c.redirect(verdict.url, 302);
  const { request } = verdict;
  const account = signedIn(core, c);
  const refusal = refusalFor(core, request, account);
  if (refusal && refusal !== "not_organizer" && refusal !== "no_application") return refuse(c, view, refusal);
  if (!account) {
    return c.html(signInPage(view, candidatesFor(core, request, view.url.searchParams.get("q") ?? "")));
  }
  if (refusal) {
    // The next visit asks again who it is: otherwise one wrong choice would bar the way.
    signOut(c);
    return refuse(c, view, refusal);
  }
  const event = core.store.events.get(request.event_id);
  if (!event) return refuse(c, view, "event_not_found");
  const { integration, store } = core;
  return c.html(
    consentPage(view, {
      request,
      integration: integration.name,
      event,
      organization: store.organization.name,
      account,
    }),
  );
}

/** The query of the authorization that a form belongs to. */
async function requestOf(c: Ctx): Promise<string> {
  const { request } = await c.req.parseBody();
  return typeof request === "string" && request.startsWith("?") ? request : "?";
}

async function takeAccount(core: Core, c: Ctx): Promise<Response> {
  if (!isOwnForm(c)) return c.text("This form came from elsewhere", 403);
  const { account } = await c.req.parseBody();
  const known = typeof account === "string" ? core.store.accounts.get(account) : undefined;
  if (known) signIn(c, known);
  return c.redirect(`/oauth/authorize${await requestOf(c)}`, 303);
}

async function takeDecision(core: Core, c: Ctx): Promise<Response> {
  if (!isOwnForm(c)) return c.text("This form came from elsewhere", 403);
  const form = await c.req.parseBody({ all: true });
  const view = viewOf(c, await requestOf(c));
  const verdict = checkRequest(core, view.url.searchParams);
  if (verdict.is === "refused") return refuse(c, view, verdict.page);
  if (verdict.is === "redirect") return c.redirect(verdict.url, 303);
  const account = signedIn(core, c);
  if (!account) return c.redirect(`/oauth/authorize${view.url.search}`, 303);
  const refusal = refusalFor(core, verdict.request, account);
  if (refusal) return refuse(c, view, refusal);
  const scopes = [form.scope ?? []].flat().map(String);
  const decision = { authorize: form.decision === "authorize", scopes };
  return c.redirect(decide(core, verdict.request, account, decision), 303);
}

async function token(core: Core, c: Ctx): Promise<Response> {
  c.header("Cache-Control", "no-store");
  const isForm = (c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  if (!isForm) return answerFailure(c, failure(400, "invalid_request", "The body must be form-encoded"));
  const fields = await c.req.parseBody();
  const answer = await answerToken(core, (name) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return typeof value === "string" && value !== "" ? value : undefined;
  });
  return isFailure(answer) ? answerFailure(c, answer) : c.json(answer);
}
