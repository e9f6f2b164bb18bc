import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import type { AppContext } from "../app-env.ts";
import { sha256Hex } from "../lib/encoding.ts";
import { type SealKey, seal, unseal } from "../lib/seal.ts";

export type SessionKind = "operator" | "organizer" | "participant";

/**
 * A cookie that survives the way a page is shown. Inside the Revento app's frame only a partitioned one arrives, which
 * is kept apart from the first-party jar; everywhere else `Lax`.
 */
export const cookieOptions = (inFrame: boolean, maxAgeS: number): CookieOptions => ({
  path: "/",
  secure: true,
  httpOnly: true,
  maxAge: maxAgeS,
  ...(inFrame ? { sameSite: "None", partitioned: true } : { sameSite: "Lax" }),
});

const PREFIX = "__Host-revento-";
/** More than a person has events; a jar with more than this was filled by somebody else. */
const MAX_COOKIES = 60;

/** One cookie for each organization, or event, that a browser is signed in to. */
async function cookieName(kind: SessionKind, scope: string, inFrame: boolean): Promise<string> {
  const part = scope === "" ? "" : `-${(await sha256Hex(scope)).slice(0, 16)}`;
  return `${PREFIX}${kind}${part}${inFrame ? "-app" : ""}`;
}

const ringOf = (c: AppContext): readonly SealKey[] => c.get("world").config.sessionKeys;

export interface CookiePlace {
  readonly kind: SessionKind;
  /** Organization id, event id, or empty. */
  readonly scope: string;
}

export async function writeSessionCookie(
  c: AppContext,
  place: CookiePlace,
  id: string,
  options: { readonly inFrame: boolean; readonly maxAgeS: number },
): Promise<void> {
  const name = await cookieName(place.kind, place.scope, options.inFrame);
  const sealed = await seal(ringOf(c), { use: "session", name }, id);
  setCookie(c, name, sealed, cookieOptions(options.inFrame, options.maxAgeS));
}

export async function clearSessionCookie(c: AppContext, place: CookiePlace): Promise<void> {
  for (const inFrame of [false, true]) {
    const name = await cookieName(place.kind, place.scope, inFrame);
    if (getCookie(c, name) !== undefined) deleteCookie(c, name, cookieOptions(inFrame, 0));
  }
}

/** Ids of the sessions of a kind that this browser holds. What was edited, or moved to another name, does not open. */
export async function readSessionCookies(c: AppContext, kind: SessionKind): Promise<readonly string[]> {
  const prefix = `${PREFIX}${kind}`;
  const cookies = Object.entries(getCookie(c)).filter(
    ([name]) => name === prefix || name.startsWith(`${prefix}-`),
  );
  const opened = await Promise.all(
    cookies
      .slice(0, MAX_COOKIES)
      .map(([name, sealed]) => unseal(ringOf(c), { use: "session", name }, sealed)),
  );
  return opened.filter((cookie) => cookie.ok).map(({ text }) => text);
}
