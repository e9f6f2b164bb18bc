import { Hono } from "hono";
import type { Core } from "../core.ts";
import { type Failure, failure, isFailure } from "../failure.ts";
import { answerFaults } from "../faults/answer.ts";
import { answerFailure, type Ctx, type Env } from "../http.ts";
import { eventJson } from "../state/snapshots.ts";
import type { EventRecord } from "../state/types.ts";
import { eventLists } from "./lists.ts";
import { showApplication, showProfile } from "./me.ts";
import { metered } from "./metered.ts";
import { type Page, type PageRequest, pageOf } from "./page.ts";
import { programDays, programJson } from "./program.ts";
import { refuseToken } from "./refuse-token.ts";

const MEDIA_TYPE = "application/vnd.revento.v1+json";

/** The read API, mounted at `/api/v1`. */
export function apiRoutes(core: Core): Hono<Env> {
  const api = new Hono<Env>();
  api.use(metered(core));
  api.use(answerFaults(core));
  api.use(async (c, next) => {
    const accepts = c.req.header("accept") ?? "";
    if (core.settings.accept === "lenient" || accepts.includes(MEDIA_TYPE)) return next();
    return answerFailure(c, failure(406, "not_acceptable", `Accept must be ${MEDIA_TYPE}`));
  });
  api.get("/events/:id", (c) => {
    const event = openEvent(core, c, "event.read");
    return isFailure(event) ? answerFailure(c, event) : c.json(eventJson(event, core.store));
  });
  api.get("/events/:id/program", (c) => {
    const event = openEvent(core, c, "program.read");
    if (isFailure(event)) return answerFailure(c, event);
    if (core.settings.program_shape === "object") return c.json(programJson(event, core.store));
    return c.json({ data: programDays(event), next_cursor: null, has_more: false } satisfies Page);
  });
  for (const { path, scope, list } of eventLists(core)) {
    api.get(`/events/:id/${path}`, (c) => {
      const event = openEvent(core, c, scope);
      if (isFailure(event)) return answerFailure(c, event);
      return answerPage(
        c,
        list(event, (rows) => pageOf(rows, pageRequest(c), core.settings)),
      );
    });
  }
  api.get("/me/profile", (c) => showProfile(core, c));
  api.get("/me/application", (c) => showApplication(core, c));
  return api;
}

function answerPage(c: Ctx, page: Page | Failure): Response {
  return isFailure(page) ? answerFailure(c, page) : c.json(page);
}

function pageRequest(c: Ctx): PageRequest {
  const fault = c.get("pageFault");
  const slip = fault === "skip_row" || fault === "repeat_row" ? fault : null;
  return { limit: c.req.query("limit"), cursor: c.req.query("cursor"), slip };
}

function openEvent(core: Core, c: Ctx, scope: string): EventRecord | Failure {
  const id = c.req.param("id") ?? "";
  const grant = c.get("grant");
  if (grant.kind === "installation" && grant.event_id !== id) {
    return failure(403, "event_not_authorized", "This token is bound to another event");
  }
  const refusal = refuseToken(c, "installation", scope);
  if (refusal) return refusal;
  return core.store.events.get(id) ?? failure(404, "not_found", "There is no such event");
}
