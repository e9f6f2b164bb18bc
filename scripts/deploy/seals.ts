import * as z from "zod/mini";
import { SecretsError } from "./secret-values.ts";

/** A running instance that can be asked which keys still seal something. */
export interface Instance {
  /** Origin, without a trailing slash; empty where it is not known. */
  readonly url: string;
  readonly operatorToken: string | null;
  readonly fetch: typeof fetch;
}

const answerShape = z.object({
  data: z.array(z.looseObject({ key_id: z.string(), seals: z.number(), is_current: z.boolean() })),
});
type Seals = z.infer<typeof answerShape>["data"];

const TIMEOUT_MS = 20_000;

/** Why a ring cannot do without its older keys yet, by what the instance says of them; null where it can. */
export function whyKept(ring: readonly string[], seals: Seals): string | null {
  const [newest, ...older] = ring;
  const current = seals.find((seal) => seal.is_current)?.key_id;
  if (current !== newest)
    return `The running instance seals with ${current ?? "no key"}, not with ${newest} yet: it has not begun to use the present ring (a local one reads it when it starts).`;
  const used = seals.filter(({ key_id, seals: count }) => older.includes(key_id) && count > 0);
  if (used.length === 0) return null;
  const list = used.map(({ key_id, seals: count }) => `${key_id} (${count})`).join(", ");
  return `These keys still seal something: ${list}. Every grant is sealed again at its next refresh, and within a day.`;
}

async function ask({ url, operatorToken, fetch: get }: Instance): Promise<Seals | string> {
  if (url === "") return "its address is not known (PUBLIC_URL in wrangler.toml)";
  if (operatorToken === null) return "OPERATOR_TOKEN is not known here";
  try {
    const response = await get(`${url}/api/seals`, {
      headers: { authorization: `Bearer ${operatorToken}` },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = await response.json().catch(() => null);
    const answer = answerShape.safeParse(body);
    return response.ok && answer.success ? answer.data.data : `${url}/api/seals answered ${response.status}`;
  } catch {
    return `${url} does not answer`;
  }
}

/**
 * Throws unless the running instance says that the older keys of a ring seal nothing any more.
 * @param ring the ids of its keys, the newest first
 */
export async function ensureUnused(ring: readonly string[], instance: Instance): Promise<void> {
  const seals = await ask(instance);
  const why =
    typeof seals === "string"
      ? `The running instance could not be asked which keys still seal something: ${seals}.`
      : whyKept(ring, seals);
  if (why === null) return;
  throw new SecretsError(
    `${why}\nNothing was changed. What is sealed with a key that is dropped can never be opened again: those organizers and ` +
      "participants have to connect and sign in anew, and set-aside messages are lost.\nTo accept that: --lose-what-is-sealed",
  );
}
