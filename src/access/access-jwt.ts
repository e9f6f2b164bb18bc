import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { World } from "../world.ts";

export interface AccessIdentity {
  /** Cloudflare's id of the person, or the name of the service token. Never an address. */
  readonly subject: string;
  /** A service token is a program: no browser sends it by itself. */
  readonly isService: boolean;
}

/** Keys by team, kept for the isolate's life: jose fetches them again when an unknown key id comes. */
const keySets = new Map<string, JWTVerifyGetKey>();

function issuerOf(teamDomain: string): string {
  return teamDomain.includes("://") ? new URL(teamDomain).origin : `https://${teamDomain}`;
}

function keysOf(world: World, issuer: string): JWTVerifyGetKey {
  const known = keySets.get(issuer);
  if (known !== undefined) return known;
  const keys = createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`), {
    [customFetch]: (url, options) => world.fetch(url, options),
  });
  keySets.set(issuer, keys);
  return keys;
}

/** Who Cloudflare Access says this is, or null: forged, expired, for another audience, or Access is not set up. */
export async function verifyAccessJwt(world: World, token: string): Promise<AccessIdentity | null> {
  const { access } = world.config;
  if (access === null) return null;
  const issuer = issuerOf(access.teamDomain);
  try {
    const { payload } = await jwtVerify(token, keysOf(world, issuer), {
      issuer,
      audience: access.audience,
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
      currentDate: new Date(world.now()),
    });
    const service = typeof payload.common_name === "string" ? payload.common_name : "";
    const subject = payload.sub !== undefined && payload.sub !== "" ? payload.sub : service;
    return subject === "" ? null : { subject, isService: service !== "" && (payload.sub ?? "") === "" };
  } catch (error) {
    world.log.warn("access.refused", { error: error instanceof Error ? error.name : "unknown" });
    return null;
  }
}
