import * as z from "zod/mini";
import { askPerson, broken, type Finding, proven, type Try } from "../finding.ts";
import { askApi, NotTried, type Target } from "../target.ts";

const shape = z.object({
  version: z.string(),
  tag: z.string(),
  now: z.string(),
  registered: z.object({
    clientId: z.string(),
    authUrl: z.string(),
    redirectUris: z.array(z.string()),
    webhookUrl: z.string(),
  }),
  checks: z.array(
    z.object({
      id: z.string(),
      ok: z.boolean(),
      evidence: z.string(),
      todo: z.string(),
      person: z.optional(z.literal(true)),
    }),
  ),
});
export type SelfTest = z.infer<typeof shape>;

const POLL_MS = 500;

export async function fetchSelfTest(target: Target): Promise<SelfTest> {
  const answer = await askApi(target, "GET", "/api/self-test");
  const parsed = shape.safeParse(answer.status === 200 ? JSON.parse(answer.text) : null);
  if (!parsed.success) throw new NotTried(`GET /api/self-test answered ${answer.status}`);
  return parsed.data;
}

const isStillOut = ({ checks }: SelfTest): boolean => checks.some(({ id, ok }) => id === "queues" && !ok);

/** What the inside tells. Asked once, however many lines want to know. */
export interface Inside {
  /** As it is now. */
  readonly atOnce: () => Promise<SelfTest>;
  /** When the canaries are back, or are waited for no longer. */
  readonly settled: () => Promise<SelfTest>;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Sends the canaries out. They fly while other things are tried. */
async function sendCanaries(target: Target, withAlerts: boolean): Promise<void> {
  const { status } = await askApi(target, "POST", "/api/self-test", { alerts: withAlerts });
  if (status !== 202) throw new NotTried(`POST /api/self-test answered ${status}`);
}

async function waitForCanaries(target: Target): Promise<SelfTest> {
  const deadline = performance.now() + target.patienceMs;
  let result = await fetchSelfTest(target);
  while (isStillOut(result) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    result = await fetchSelfTest(target);
  }
  return result;
}

/** What has to be set off before the inside can tell of it. */
export interface SetOff {
  readonly canaries: boolean;
  /** A test message on every alert channel. */
  readonly alerts: boolean;
}

export function lookInside(target: Target, { canaries, alerts }: SetOff): Inside {
  const sent = canaries || alerts ? sendCanaries(target, alerts) : Promise.resolve();
  // Told by the first line that waits for it.
  sent.catch(() => undefined);
  return {
    atOnce: once(() => fetchSelfTest(target)),
    settled: once(async () => {
      await sent;
      return canaries ? await waitForCanaries(target) : await fetchSelfTest(target);
    }),
  };
}

/** A line that the self-test answers for. */
export const fromInside =
  ({ settled }: Inside, id: string): Try =>
  async (): Promise<Finding> => {
    const check = (await settled()).checks.find((each) => each.id === id);
    if (check === undefined) return broken("the self-test does not answer for it", "Deploy this version.");
    if (check.ok) return proven(check.evidence);
    return check.person === true ? askPerson(check.evidence, check.todo) : broken(check.evidence, check.todo);
  };

/** It answers, and it is this code: the version, and, where `npm run deploy` tagged it, the commit. */
export const healthy =
  ({ atOnce }: Inside, version: string, commit: string): Try =>
  async (target) => {
    const answer = await target.send("/healthz");
    const told =
      answer.status === 200 ? (JSON.parse(answer.text) as { version?: string }).version : undefined;
    const todo = "Deploy this checkout, or check out what is deployed.";
    if (told !== version)
      return broken(`/healthz answered ${answer.status}, version ${told}; this is ${version}`, todo);
    const { tag } = await atOnce();
    if (tag !== "" && tag !== `v${version}-${commit}`)
      return broken(`${tag} is deployed; this is ${commit}`, todo);
    return proven(`version ${version}${tag === "" ? "" : `, commit ${commit}`}`);
  };
