import type { Config } from "../../config.ts";
import { toBase64Url } from "../../lib/encoding.ts";
import { type CheckResult, failed, passed } from "../check.ts";

/** Less than this, and a secret can be guessed. */
const MIN_BITS = 96;
const WORDS = /test|secret|password|change|example|sample|12345|abcdef/i;

/** An upper bound of the strength in bits: Shannon's entropy of the characters times their number. */
export function strengthBits(secret: string): number {
  const counts = new Map<string, number>();
  for (const char of secret) counts.set(char, (counts.get(char) ?? 0) + 1);
  const perChar = [...counts.values()].reduce((sum, count) => {
    const share = count / secret.length;
    return sum - share * Math.log2(share);
  }, 0);
  return perChar * secret.length;
}

function weaknessOf(name: string, secret: string): string | null {
  if (strengthBits(secret) < MIN_BITS) return `${name} is too short or repeats itself`;
  return WORDS.test(secret) ? `${name} has a word of a dictionary in it` : null;
}

const secretsOf = (config: Config): readonly (readonly [string, string])[] => [
  ["REVENTO_CLIENT_SECRET", config.clientSecret],
  ...config.webhookSecrets.map(
    (secret, index) => [`REVENTO_WEBHOOK_SECRET${index === 0 ? "" : "_PREVIOUS"}`, secret] as const,
  ),
  ...config.tokenKeys.map(({ kid, key }) => [`TOKEN_KEYS ${kid}`, toBase64Url(key)] as const),
  ...config.sessionKeys.map(
    ({ key }, index) => [`SESSION_KEY${index === 0 ? "" : "_PREVIOUS"}`, toBase64Url(key)] as const,
  ),
  ["OPERATOR_TOKEN", config.operatorToken],
];

/** Every secret is hard to guess, and no two are the same. Names only; a value is never told. */
export function checkSecrets(config: Config): CheckResult {
  const secrets = secretsOf(config);
  const weak = secrets.map(([name, secret]) => weaknessOf(name, secret)).filter((what) => what !== null);
  const same = secrets
    .filter(([, secret], index) => secrets.findIndex(([, other]) => other === secret) !== index)
    .map(([name]) => `${name} is the same as another secret`);
  const problems = [...weak, ...same];
  return problems.length === 0
    ? passed("secrets-strong", `${secrets.length} secrets of ${MIN_BITS} bits or more, all different`)
    : failed("secrets-strong", problems.join("; "), "Set new ones: docs/runbooks/rotate-secrets.md.");
}
