import { env } from "cloudflare:workers";
import { Hono } from "hono";
import type { AppEnv } from "../../src/app-env.ts";
import { openSession } from "../../src/sessions/index.ts";
import type { Browser } from "./browser.ts";
import { testWorld } from "./event.ts";

type Opening = Parameters<typeof openSession>[1];

/** Gives a browser a session as a completed sign-in would. */
export async function signIn(browser: Browser, opening: Opening): Promise<void> {
  const app = new Hono<AppEnv>().get("/", async (c) => {
    c.set("world", testWorld());
    await openSession(c, opening);
    return c.text("");
  });
  const response = await app.request("/", {}, env);
  for (const line of response.headers.getSetCookie()) {
    const [name = "", value = ""] = (line.split("; ")[0] ?? "").split(/=(.*)/s);
    browser.cookies.set(name, value);
  }
}

export const signInOrganizer = (browser: Browser, organizationId: string): Promise<void> =>
  signIn(browser, { kind: "organizer", subject: organizationId, lifetimeMs: 12 * 3_600_000 });
