import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Core } from "../core.ts";
import type { Ctx } from "../http.ts";
import type { Account } from "../state/types.ts";

/** A name of its own: on localhost the Worker's cookies land in the same jar. */
const COOKIE = "revento_emulator_account";

/** Who has signed in at Revento in this browser. */
export function signedIn(core: Core, c: Ctx): Account | undefined {
  return core.store.accounts.get(getCookie(c, COOKIE) ?? "");
}

export function signIn(c: Ctx, account: Account): void {
  setCookie(c, COOKIE, account.id, { path: "/oauth", httpOnly: true, sameSite: "Lax" });
}

export function signOut(c: Ctx): void {
  deleteCookie(c, COOKIE, { path: "/oauth" });
}

/** Whether a form was sent from one of our own pages. Browsers send `Origin` with every POST. */
export function isOwnForm(c: Ctx): boolean {
  const origin = c.req.header("origin");
  return origin === undefined || origin === new URL(c.req.url).origin;
}
