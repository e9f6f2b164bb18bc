import type { Deployment } from "./steps.ts";

/** A rollout reaches every place within seconds; a first deployment's address may need longer. */
const LIMIT_MS = 90_000;
const PAUSE_MS = 2_000;

async function healthOf(
  url: string,
  get: typeof fetch,
): Promise<{ status?: string; version?: string } | null> {
  try {
    const response = await get(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) });
    const body = (await response.json()) as { status?: string; version?: string };
    return response.ok ? body : null;
  } catch {
    return null;
  }
}

async function waitForVersion({ target, version, fetch: get }: Deployment): Promise<string | null> {
  const url = target.vars.PUBLIC_URL ?? "";
  const deadline = Date.now() + LIMIT_MS;
  let seen = "nothing";
  while (Date.now() < deadline) {
    const health = await healthOf(url, get);
    if (health?.version === version) return null;
    seen = health?.version ?? "no healthy answer";
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return `${url}/healthz: expected version ${version}, saw ${seen} for ${LIMIT_MS / 1000} s`;
}

async function refusesForgery({ target, fetch: get }: Deployment): Promise<string | null> {
  const response = await get(`${target.vars.PUBLIC_URL}/webhooks/revento`, { method: "POST", body: "{}" });
  await response.body?.cancel();
  return response.status === 401 ? null : `an unsigned webhook got ${response.status} instead of 401`;
}

/** A page is made of far more than `/healthz` is: texts, layout, and what the manifest says. */
async function showsItsPage({ target, fetch: get }: Deployment): Promise<string | null> {
  const response = await get(`${target.vars.PUBLIC_URL}/`, { headers: { accept: "text/html" } });
  await response.body?.cancel();
  return response.status === 200 ? null : `the first page (/) got ${response.status} instead of 200`;
}

interface Told {
  /** Which upload answers: two of them may have the same version. */
  readonly tag: string;
  readonly checks: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly evidence: string;
    readonly person?: true;
  }[];
}

const QUEUES_LIMIT_MS = 60_000;

interface Asking {
  readonly deployment: Deployment;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function readSelfTest({ deployment, url, headers }: Asking): Promise<Told | null> {
  const answer = await deployment.fetch(url, { headers });
  if (answer.ok) return (await answer.json()) as Told;
  await answer.body?.cancel();
  return null;
}

/** Until the upload that was just made is the one that answers. */
async function waitForTag(asking: Asking): Promise<string | null> {
  const { tag } = asking.deployment;
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const told = await readSelfTest(asking);
    if (told === null) return `${asking.url} refuses: is OPERATOR_TOKEN the one of this environment?`;
    if (told.tag === tag) return null;
    if (Date.now() > deadline) return `${told.tag || "an upload without a tag"} answers, not ${tag}`;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Sends a message through every queue and reads the self-test until they came back. */
async function selfTestProblems(deployment: Deployment, token: string): Promise<readonly string[]> {
  const url = `${deployment.target.vars.PUBLIC_URL}/api/self-test`;
  const asking: Asking = { deployment, url, headers: { authorization: `Bearer ${token}` } };
  const another = await waitForTag(asking);
  if (another !== null) return [another];
  const begun = await deployment.fetch(url, { method: "POST", headers: asking.headers });
  await begun.body?.cancel();
  if (begun.status !== 202) return [`the self-test answered ${begun.status}`];
  const deadline = Date.now() + QUEUES_LIMIT_MS;
  for (;;) {
    const told = await readSelfTest(asking);
    const failing = told?.checks.filter(({ ok, person }) => !ok && person !== true) ?? [];
    if ((told !== null && failing.length === 0) || Date.now() > deadline)
      return told === null
        ? ["the self-test does not answer"]
        : failing.map(({ id, evidence }) => `${id}: ${evidence}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** What is wrong with the version that was just deployed; empty when it does its work. */
export async function probeDeployed(deployment: Deployment): Promise<readonly string[]> {
  const stale = await waitForVersion(deployment);
  if (stale !== null) return [stale];
  const forged = await refusesForgery(deployment);
  if (forged !== null) return [forged];
  const broken = await showsItsPage(deployment);
  if (broken !== null) return [broken];
  if (deployment.operatorToken === null) {
    deployment.say("  the queues were not asked: set OPERATOR_TOKEN, or put .local/<environment>.vars back");
    return [];
  }
  return await selfTestProblems(deployment, deployment.operatorToken);
}
