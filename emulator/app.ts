import { Hono } from "hono";
import type { Actions } from "./actions/index.ts";
import { apiRoutes } from "./api/routes.ts";
import { consoleRoutes } from "./console/routes.ts";
import { controlRoutes } from "./control/routes.ts";
import type { Core } from "./core.ts";
import { ConnectionClosed, failure } from "./failure.ts";
import { answerFailure, dateHeader, type Env, requestId } from "./http.ts";
import { oauthRoutes } from "./oauth/routes.ts";

/** Revento on one origin: OAuth, the API, and beside them the control API and the console. */
export function createApp(core: Core, actions: Actions): Hono<Env> {
  const app = new Hono<Env>();
  app.use(dateHeader(core), requestId());
  app.use(async (_, next) => {
    // What fell due while nobody asked, e.g. Monday's reset.
    core.agenda.tick();
    await next();
  });
  app.route("/oauth", oauthRoutes(core));
  app.route("/api/v1", apiRoutes(core));
  app.route("/_emulator", controlRoutes(core, actions));
  app.route("/", consoleRoutes(core));
  app.notFound((c) => answerFailure(c, failure(404, "not_found", "There is nothing at this address")));
  app.onError((error, c) => {
    if (error instanceof ConnectionClosed) throw error;
    console.error(error);
    return answerFailure(c, failure(500, "internal_error", "The emulator itself has failed"));
  });
  return app;
}
