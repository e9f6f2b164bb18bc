/** A build without one check: the text that makes it in a file of `src`, and what stands there instead. */
export interface BuiltWithout {
  readonly what: string;
  readonly file: string;
  readonly check: string;
  readonly instead: string;
  /** Which of the line's proofs sees it, by its beginning. */
  readonly seenBy: string;
}

/** For each line that the suite shows: a build whose check is out. */
export const BUILT_WITHOUT: Readonly<Record<string, BuiltWithout>> = {
  "rotation-persisted-first": {
    what: "a pair is handed out before anything has it",
    file: "src/grants/persist.ts",
    check: "  custody.orphan = next;\n",
    instead: "  custody.state = { ...EMPTY, held: next };\n  if (next !== null) return true;\n",
    seenBy: "neither the storage nor the database",
  },
  "one-refresh-at-a-time": {
    what: "whoever asks gets a refresh of their own",
    file: "src/grants/refresh.ts",
    check: "  if (custody.flight !== null) return custody.flight;\n",
    instead: "",
    seenBy: "50 calls at the moment of expiry",
  },
  "invalid-grant-permanent": {
    what: "a refused token is tried again and again",
    file: "src/grants/verdict.ts",
    check: 'error === "invalid_grant" || error === "token_revoked"',
    instead: 'error === "token_revoked"',
    seenBy: "invalid_grant on a refresh is final",
  },
  "revoked-and-expired-apart": {
    what: "a revoked token is taken for an expired one",
    file: "src/grants/judge.ts",
    check: 'error === "token_expired") return',
    instead: '(error === "token_expired" || error === "token_revoked")) return',
    seenBy: "token_revoked on the stored token is final",
  },
  "constant-time": {
    what: "a signature is compared letter by letter",
    file: "src/webhooks/signature.ts",
    check:
      '  for (const key of await keysOf(config)) {\n    if (await crypto.subtle.verify("HMAC", key, claimed, signed)) return true;\n  }\n  return false;\n',
    instead:
      '  const { createHmac } = await import("node:crypto");\n  return config.webhookSecrets.some((secret) => createHmac("sha256", secret).update(signed).digest("hex") === signature);\n',
    seenBy: "a signature is judged by",
  },
  "honors-deletion": {
    what: "an erasure leaves the participants",
    file: "src/lifecycle/erasure/tables.ts",
    check: '["guards", "audit", "deliveries"]',
    instead: '["guards", "audit", "deliveries", "participants"]',
    seenBy: "after an erasure no table holds",
  },
  "honors-user-revocation": {
    what: "a person's withdrawal is noted, and nothing is forgotten",
    file: "src/lifecycle/users.ts",
    check: "  await endUserGrant(world, user);\n",
    instead: '  if (user !== null) return "applied";\n',
    seenBy: "who revoked access leaves",
  },
  "no-hammering": {
    what: "the cron probes whatever was just seen",
    file: "src/health/probe.ts",
    check: "isAsked ? null : await seenByCalls(world, connection)",
    instead: "null",
    seenBy: "the cron's probe is skipped",
  },
  "backs-off-on-429": {
    what: "a 429 silences nothing",
    file: "src/grants/budget.ts",
    check: "pausedUntil: Math.max(state.pausedUntil, now + (asked ?? 0) * 1000 + backoff)",
    instead: "pausedUntil: state.pausedUntil",
    seenBy: "a 429 silences the whole grant",
  },
  "concurrent-limit": {
    what: "too many at once counts as a refusal",
    file: "src/grants/judge.ts",
    check: "if (status === 429) return",
    instead: 'if (status === 429 && error !== "concurrent_limit_exceeded") return',
    seenBy: "concurrent_limit_exceeded waits",
  },
  "cascade-surfaced": {
    what: "no status says that the integration is suspended",
    file: "src/connections/connection.ts",
    check: `THEN 'ended' WHEN \${IS_SUSPENDED} THEN 'suspended' ELSE c.state END`,
    instead: "THEN 'ended' ELSE c.state END",
    seenBy: "suspension, ",
  },
  monitoring: {
    what: "a spike of revoked tokens raises nothing",
    file: "src/monitoring/judge.ts",
    check: "isRaised: revoked >= monitoring.revokedTokens",
    instead: "isRaised: false",
    seenBy: "the three that Revento asks for",
  },
  "tokens-not-logged": {
    what: "a token is written into the log",
    file: "src/grants/refresh.ts",
    check: "  const hash = await sha256Hex(token.value);\n",
    instead:
      '  const hash = await sha256Hex(token.value);\n  world.log.info("grant.debug", { token: token.value });\n',
    seenBy: "whatever happens, no token",
  },
};
