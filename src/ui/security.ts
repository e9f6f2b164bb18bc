import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import type { AppContext, AppEnv } from "../app-env.ts";
import { failureResponse } from "./problem.tsx";

/** The pages that Revento's app may show in a frame (contract section 7); every other page is framed by nobody. */
const WEBVIEW_PATHS = /^\/(me|login|logout)(\/|$)/;

export const isWebviewPath = (path: string): boolean => WEBVIEW_PATHS.test(path);

// A browser follows the redirect of a form only to places that form-action names: Revento's consent page is one.
const authOrigin = (c: AppContext): string => new URL(c.get("world").config.authUrl).origin;

function frameAncestors(c: AppContext): string {
  const { appOrigins } = c.get("world").config;
  return isWebviewPath(c.req.path) && appOrigins.length > 0 ? `'self' ${appOrigins.join(" ")}` : "'none'";
}

const common = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    workerSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'", authOrigin],
    frameAncestors: [frameAncestors],
  },
  strictTransportSecurity: "max-age=31536000; includeSubDomains",
  // Not `no-referrer`: browsers then send `Origin: null` with a form, which the CSRF check must refuse.
  referrerPolicy: "same-origin",
  // Old browsers know no frame-ancestors; where a frame is allowed this header cannot say by whom.
  xFrameOptions: false,
  permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
});

/** The pages where badges are scanned. */
const DESK_PATHS = /^\/(door\/[^/]+|organizations\/[^/]+\/events\/[^/]+\/attendance)$/;

/** The security headers of every answer, also of errors. One that brings a policy of its own is left as it is. */
export const withSecurityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (c.res.headers.has("content-security-policy")) return;
  await common(c, async () => undefined);
  if (DESK_PATHS.test(c.req.path)) {
    const policy = c.res.headers.get("permissions-policy") ?? "";
    c.res.headers.set("permissions-policy", policy.replace("camera=()", "camera=(self)"));
  }
  if (frameAncestors(c) === "'none'") c.res.headers.set("x-frame-options", "DENY");
};

const fromOwnPages = csrf({
  origin: (origin, c) => origin === configuredOrigin(c) || origin === new URL(c.req.url).origin,
});

const configuredOrigin = (c: AppContext): string => c.get("world").config.publicUrl;

/**
 * Refuses forms that another site sends. Not concerned: webhooks, which are signed, and programs that send a bearer
 * token, which no browser adds by itself. `/api` behind Cloudflare Access signs in by cookie: its own guard checks that,
 * after it has refused whoever is nobody.
 */
export const withCsrfCheck: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (/^\/(webhooks|api)\//.test(c.req.path) || c.req.header("authorization") !== undefined) return next();
  try {
    return await fromOwnPages(c, next);
  } catch (error) {
    // What the pages behind throw ends in the app's own handler, and never comes here.
    if (!(error instanceof HTTPException)) throw error;
    const message = "This form came from another site, or from a program that sends no Origin.";
    return failureResponse(c, { kind: "forbidden", message });
  }
};

/** Far more than any form or call of ours; what is held in memory at once must not end the whole isolate. */
const MAX_BODY_BYTES = 262_144;

/** Refuses larger bodies before anything reads them, whoever sends them. Webhooks have a limit of their own. */
export const withBodyLimit: MiddlewareHandler<AppEnv> = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) => failureResponse(c, { kind: "too_large", limitBytes: MAX_BODY_BYTES }),
});
