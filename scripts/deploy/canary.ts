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

/** What is wrong with the version that was just deployed; empty when it does its work. */
export async function probeDeployed(deployment: Deployment): Promise<readonly string[]> {
  const stale = await waitForVersion(deployment);
  if (stale !== null) return [stale];
  const problems = [await refusesForgery(deployment)];
  return problems.filter((problem) => problem !== null);
}
