import type { SealKey, SealPlace } from "../lib/seal.ts";
import type { World } from "../world.ts";

/** Organizer connect, or Login with Revento. */
export type FlowKind = "connect" | "login";

/** How long a person may take on Revento's consent page. */
export const FLOW_LIFETIME_MS = 600_000;

/** The cookie outlives the flow, so that a late or repeated answer can be told from a stranger's. */
export const FLOW_COOKIE_S = 3600;

export const flowCookieName = (stateHash: string): string => `__Host-revento-flow-${stateHash.slice(0, 16)}`;

/** Registered at Revento, compared byte for byte (contract section 2). */
export const redirectUri = (world: World, kind: FlowKind): string =>
  `${world.config.publicUrl}/${kind}/callback`;

export const verifierRing = (world: World): readonly SealKey[] => world.config.sessionKeys;

export const verifierPlace = (stateHash: string): SealPlace => ({ use: "pkce", flow: stateHash });
