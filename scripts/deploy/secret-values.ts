import { randomBytes } from "node:crypto";
import * as z from "zod/mini";

/** Secrets by name; null deletes one. */
export type SecretValues = Readonly<Record<string, string | null>>;
/** Asks a person for one secret. */
export type Ask = (name: string, why: string) => Promise<string>;

/** Made here: nobody has to think them up, and none is weak. */
export const OURS = ["TOKEN_KEYS", "SESSION_KEY", "OPERATOR_TOKEN"];
/** Given out by Revento. */
export const THEIRS: Readonly<Record<string, string>> = {
  REVENTO_CLIENT_SECRET: "the client secret that Revento issued with the client id",
  REVENTO_WEBHOOK_SECRET: "the webhook signing secret that Revento issued",
};

const ringShape = z.array(z.object({ kid: z.string(), key: z.string() })).check(z.minLength(1));
type Ring = z.infer<typeof ringShape>;

const random = (): string => randomBytes(32).toString("base64url");
/** A kid that sorts by day and does not repeat: `2026-11-21-k3xq`. */
const newKey = (now: Date): Ring[number] => ({
  kid: `${now.toISOString().slice(0, 10)}-${randomBytes(3).toString("hex")}`,
  key: random(),
});

export class SecretsError extends Error {}

function ringOf(kept: SecretValues): Ring {
  const text = kept.TOKEN_KEYS ?? "";
  try {
    return z.parse(ringShape, JSON.parse(text));
  } catch {
    throw new SecretsError(
      "TOKEN_KEYS cannot be changed without the present ones: Cloudflare does not give a secret back, and a ring without " +
        "the old key opens no stored token. Put the kept file (.local/<environment>.vars) back, then run this again.",
    );
  }
}

/** The ids of the keys that a kept ring has, the newest first. */
export const kidsOf = (kept: SecretValues): readonly string[] => ringOf(kept).map(({ kid }) => kid);

function generate(name: string, now: Date): string {
  return name === "TOKEN_KEYS" ? JSON.stringify([newKey(now)]) : random();
}

/** What is missing: ours from the kept file or new, theirs asked for. */
export async function missingSecrets(
  present: readonly string[],
  kept: SecretValues,
  ask: Ask,
  now: Date,
): Promise<SecretValues> {
  const values: Record<string, string> = {};
  for (const name of OURS) if (!present.includes(name)) values[name] = kept[name] ?? generate(name, now);
  for (const [name, why] of Object.entries(THEIRS)) {
    if (!present.includes(name)) values[name] = await ask(name, why);
  }
  return values;
}

/** The first half of a rotation: the new one counts, the old one is still accepted where that is possible. */
export async function rotated(name: string, kept: SecretValues, ask: Ask, now: Date): Promise<SecretValues> {
  switch (name) {
    case "TOKEN_KEYS":
      return { TOKEN_KEYS: JSON.stringify([newKey(now), ...ringOf(kept)]) };
    case "SESSION_KEY":
      return {
        SESSION_KEY: random(),
        ...(kept.SESSION_KEY == null ? {} : { SESSION_KEY_PREVIOUS: kept.SESSION_KEY }),
      };
    case "OPERATOR_TOKEN":
      return { OPERATOR_TOKEN: random() };
    case "REVENTO_CLIENT_SECRET":
      return { [name]: await ask(name, "the new client secret") };
    case "REVENTO_WEBHOOK_SECRET":
      return {
        REVENTO_WEBHOOK_SECRET: await ask(name, "the new webhook signing secret"),
        REVENTO_WEBHOOK_SECRET_PREVIOUS: await ask(
          "REVENTO_WEBHOOK_SECRET_PREVIOUS",
          "the webhook signing secret that is in use now",
        ),
      };
    default:
      throw new SecretsError(`There is no rotation for ${name}.`);
  }
}

/** The second half: what was still accepted no longer is. */
export function finished(name: string, kept: SecretValues): SecretValues {
  switch (name) {
    case "TOKEN_KEYS":
      return { TOKEN_KEYS: JSON.stringify(ringOf(kept).slice(0, 1)) };
    case "SESSION_KEY":
      return { SESSION_KEY_PREVIOUS: null };
    case "REVENTO_WEBHOOK_SECRET":
      return { REVENTO_WEBHOOK_SECRET_PREVIOUS: null };
    default:
      throw new SecretsError(`A rotation of ${name} has no second half.`);
  }
}
