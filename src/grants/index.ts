/** Custody of tokens, and the one way to call Revento: the one public file of this feature. */

export { type CallResult, revento, reventoAsUser } from "./client.ts";
export { expiresOn } from "./decide.ts";
export { identifyUser } from "./identify.ts";
export type { UserGrantKey } from "./identity.ts";
export {
  endGrant,
  endUserGrant,
  installGrant,
  installUserGrant,
  recordExchange,
  tokenFailure,
} from "./install.ts";
export type { Priority } from "./protocol.ts";
export { RECORD_DAYS, sweepCalls } from "./records.ts";
export { sealCounts, tryCopies } from "./seals.ts";
