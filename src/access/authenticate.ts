import { getCookie } from "hono/cookie";
import type { AppContext } from "../app-env.ts";
import { isSameSecret } from "../lib/encoding.ts";
import { findSessions } from "../sessions/index.ts";
import { verifyAccessJwt } from "./access-jwt.ts";

export interface Operator {
  readonly via: "token" | "session" | "access";
  /** For the audit log: a role with a part of an id, never a name. */
  readonly name: string;
  /** The browser adds these credentials by itself, so that another site's form would carry them too. */
  readonly isAmbient: boolean;
}

const SHOWN_OF_SUBJECT = 8;

/** The operator token as a bearer: a program, or a person with curl. */
async function byToken(c: AppContext): Promise<Operator | null> {
  const [, presented] = /^Bearer +(.+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
  if (presented === undefined) return null;
  const isRight = await isSameSecret(presented.trim(), c.get("world").config.operatorToken);
  return isRight ? { via: "token", name: "operator", isAmbient: false } : null;
}

/** Cloudflare Access in front of the Worker: its JWT comes in a header, or in the cookie alone. */
async function byAccess(c: AppContext): Promise<Operator | null> {
  const token = c.req.header("cf-access-jwt-assertion") ?? getCookie(c, "CF_Authorization");
  if (token === undefined) return null;
  const identity = await verifyAccessJwt(c.get("world"), token);
  if (identity === null) return null;
  const name = `operator (access ${identity.subject.slice(0, SHOWN_OF_SUBJECT)})`;
  return { via: "access", name, isAmbient: !identity.isService };
}

async function bySession(c: AppContext): Promise<Operator | null> {
  const [session] = await findSessions(c, "operator");
  return session === undefined ? null : { via: "session", name: "operator", isAmbient: true };
}

/** Who may use `/api`: the bearer of the operator token, or who Cloudflare Access let in. */
export async function authenticateApi(c: AppContext): Promise<Operator | null> {
  if (c.req.header("authorization") !== undefined) return byToken(c);
  return byAccess(c);
}

/** Who may use `/ops`: a signed-in browser, or who Cloudflare Access let in. */
export async function authenticateOps(c: AppContext): Promise<Operator | null> {
  return (await bySession(c)) ?? (await byAccess(c)) ?? (await byToken(c));
}
