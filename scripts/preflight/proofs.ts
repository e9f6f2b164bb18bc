import type { Proof } from "./suite.ts";

const proof = (file: string, ...names: readonly string[]): readonly Proof[] =>
  names.map((name) => ({ file: `test/${file}.test.ts`, name }));

/** Tests of the suite that show a line of the checklist, by line. A test keeps this list true: each one exists. */
export const PROOFS: Readonly<Record<string, readonly Proof[]>> = {
  "encryption-at-rest": [
    ...proof("lib/seal", "what was sealed opens in its place, by any key of the ring"),
    ...proof("grants/seals", "a copy moved from another connection's row is refused"),
  ],
  "rotation-persisted-first": [
    ...proof(
      "grants/faults",
      "neither the storage nor the database: nothing is handed out until one of them has it",
    ),
    ...proof("grants/crash", "a crash at "),
  ],
  "one-refresh-at-a-time": [
    ...proof("grants/grant", "50 calls at the moment of expiry make exactly one refresh"),
    ...proof("grants/refresh", "1,000 callers at expiry: one exchange, and all are served or told when"),
  ],
  "invalid-grant-permanent": proof(
    "grants/refresh",
    "invalid_grant on a refresh is final: consent is needed again",
  ),
  "revoked-and-expired-apart": proof(
    "grants/refresh",
    "token_revoked on the stored token is final, and is never refreshed",
    "a call whose token a parallel rotation killed (token_expired) is made again",
  ),
  "constant-time": proof(
    "launch/constant-time",
    "a signature is judged by the platform's constant-time verify, wherever it is wrong",
  ),
  "honors-deletion": [
    ...proof("lifecycle/erasure", "after an erasure no table holds a row of that connection's people"),
    ...proof("lifecycle/endings", "unpublishing, "),
  ],
  "honors-user-revocation": [
    ...proof(
      "lifecycle/users",
      "who revoked access leaves no token, session or cached piece; the mirrored participant and others stay",
    ),
    ...proof(
      "participant/me",
      "access that the person revoked shows a friendly page, and nothing of what was kept",
    ),
  ],
  "no-hammering": [
    ...proof("health/probe", "the cron's probe is skipped where a real call has just shown the same"),
    ...proof("participant/me", "the profile is asked for once an hour, the program once in hours"),
  ],
  "backs-off-on-429": proof(
    "grants/client",
    "a 429 silences the whole grant for as long as it says, and longer each time",
  ),
  "concurrent-limit": proof("grants/client", "concurrent_limit_exceeded waits for its turn, and is served"),
  "cascade-surfaced": proof("lifecycle/endings", "suspension, ", "unpublishing, "),
  monitoring: [
    ...proof(
      "launch/monitoring",
      "the three that Revento asks for are watched: refresh failures, failing deliveries, revoked tokens spiking",
    ),
    ...proof(
      "monitoring/watch",
      "a burst of revoked tokens is a likely suspension: raised once, resolved when over",
    ),
  ],
  "tokens-not-logged": proof("launch/logs", "whatever happens, no token, code, verifier or secret is logged"),
};
