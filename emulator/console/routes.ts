import { Hono } from "hono";
import { html } from "hono/html";
import { ActionError } from "../actions/error.ts";
import type { Core } from "../core.ts";
import { ConnectionClosed } from "../failure.ts";
import type { Ctx, Env } from "../http.ts";
import { ICON } from "./assets/icon.ts";
import { SCRIPT } from "./assets/script.ts";
import { STYLE } from "./assets/style.ts";
import { frame, type PageContent } from "./layout.ts";
import { activityPage } from "./pages/activity.ts";
import { connectionsPage } from "./pages/connections.ts";
import { deliveriesPage } from "./pages/deliveries.ts";
import { deliveryPage } from "./pages/delivery.ts";
import { eventPage } from "./pages/event.ts";
import { faultsPage } from "./pages/faults.ts";
import { integrationPage } from "./pages/integration.ts";
import { overviewPage } from "./pages/overview.ts";
import { participantPage } from "./pages/participant.ts";
import { participantsPage } from "./pages/participants.ts";
import { programPage } from "./pages/program.ts";
import { settingsPage } from "./pages/settings.ts";
import { timePage } from "./pages/time.ts";

type Page = (core: Core, c: Ctx) => PageContent;

const PAGES: Record<string, Page> = {
  "/": overviewPage,
  "/events/:event": eventPage,
  "/events/:event/participants": participantsPage,
  "/events/:event/participants/:participant": participantPage,
  "/events/:event/program": programPage,
  "/events/:event/program/:activity": activityPage,
  "/connections": connectionsPage,
  "/integration": integrationPage,
  "/faults": faultsPage,
  "/time": timePage,
  "/settings": settingsPage,
  "/deliveries": deliveriesPage,
  "/deliveries/:delivery": deliveryPage,
};

const ASSETS: Record<string, [type: string, text: string]> = {
  "/console/style.css": ["text/css; charset=utf-8", STYLE],
  "/console/script.js": ["text/javascript; charset=utf-8", SCRIPT],
  "/console/icon.svg": ["image/svg+xml", ICON],
};

/** Everything comes from the emulator itself; nothing inline is run. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The console: pages that show the emulator's state, and send what is to be changed to the control API. */
export function consoleRoutes(core: Core): Hono<Env> {
  const pages = new Hono<Env>();
  for (const [path, page] of Object.entries(PAGES)) pages.get(path, (c) => show(core, c, page));
  for (const [path, [type, text]] of Object.entries(ASSETS)) {
    pages.get(path, (c) => c.body(text, 200, { "content-type": type, "cache-control": "no-cache" }));
  }
  return pages;
}

function show(core: Core, c: Ctx, page: Page): Response | Promise<Response> {
  c.header("Content-Security-Policy", POLICY);
  c.header("Cache-Control", "no-store");
  c.header("Referrer-Policy", "same-origin");
  const path = new URL(c.req.url).pathname;
  try {
    return c.html(frame(core, path, page(core, c)));
  } catch (error) {
    if (error instanceof ConnectionClosed || !(error instanceof ActionError)) throw error;
    return c.html(frame(core, path, missing(error.message)), error.status);
  }
}

function missing(message: string): PageContent {
  return {
    title: "Not there",
    body: html`<h1>Not there</h1><p class="panel">${message.charAt(0).toUpperCase()}${message.slice(1)}. A reset may have
taken it away.</p><p><a href="/">Back to the overview</a></p>`,
  };
}
