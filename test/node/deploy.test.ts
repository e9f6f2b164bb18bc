import { expect, test, vi } from "vitest";
import { DeployError, type Deployment, steps } from "../../scripts/deploy/steps.ts";
import { REQUIRED_SECRETS, type Target } from "../../scripts/deploy/target.ts";
import type { Outcome, Wrangler } from "../../scripts/deploy/wrangler.ts";

const target: Target = {
  environment: "production",
  worker: "revento-integration-production",
  database: { name: "revento-integration-production", id: "" },
  queues: ["revento-webhooks-production", "revento-webhooks-dead-production"],
  vars: {
    REVENTO_AUTH_URL: "https://auth.revento.example",
    REVENTO_API_URL: "https://api.revento.example/api/v1",
    REVENTO_CLIENT_ID: "client",
    PUBLIC_URL: "https://integration.example.com",
  },
  jurisdiction: "eu",
};

/** An account that remembers what was made in it. `calls` holds every command line. */
function account(signedIn = true, secrets: readonly string[] = REQUIRED_SECRETS) {
  const calls: string[] = [];
  const made = new Set<string>();
  const yes = (stdout = ""): Outcome => ({ ok: true, stdout, stderr: "" });
  const no: Outcome = { ok: false, stdout: "", stderr: "refused" };
  const wrangler: Wrangler = async (args) => {
    calls.push(args.join(" "));
    const [command, verb, name = ""] = args;
    if (command === "whoami") return signedIn ? yes() : no;
    if (`${command} ${verb}` === "d1 list")
      return yes(
        `talk\n${JSON.stringify([...made].filter((each) => each.includes("integration")).map((each) => ({ name: each, uuid: "the-id" })))}`,
      );
    if (verb === "create") made.add(name);
    if (`${command} ${verb}` === "queues info") return made.has(name) ? yes() : no;
    if (command === "secret") return yes(JSON.stringify(secrets.map((each) => ({ name: each }))));
    return yes();
  };
  return { wrangler, calls, made };
}

/** A deployed version that answers as a right one does, but for the paths named. */
const answering =
  (own: Readonly<Record<string, () => Response>>): typeof fetch =>
  async (input) => {
    const { pathname } = new URL(String(input));
    const usual: Readonly<Record<string, () => Response>> = {
      "/": () => new Response("a page"),
      "/healthz": () => Response.json({ status: "ok", version: "0.1.0" }),
      "/webhooks/revento": () => new Response(null, { status: 401 }),
    };
    return ({ ...usual, ...own }[pathname] ?? (() => new Response(null, { status: 404 })))();
  };

function deployment(wrangler: Wrangler, own: Partial<Deployment> = {}) {
  const saved: string[] = [];
  const value: Deployment = {
    target,
    wrangler,
    check: async () => ({ ok: true, lines: "" }),
    tag: "v0.1.0-abc",
    version: "0.1.0",
    say: () => undefined,
    saveDatabaseId: (id) => saved.push(id),
    fetch: answering({}),
    operatorToken: null,
    ...own,
  };
  return { value, saved };
}

async function runAll(value: Deployment): Promise<void> {
  for (const step of steps) await step.run(value);
}

test("an empty account gets its resources in the jurisdiction, then migrations, then code", async () => {
  const { wrangler, calls } = account();
  const { value, saved } = deployment(wrangler);
  await runAll(value);
  const at = (start: string) => calls.findIndex((call) => call.startsWith(start));
  expect(calls).toContain("d1 create revento-integration-production --jurisdiction eu");
  expect(calls).toContain("queues create revento-webhooks-dead-production --jurisdiction eu");
  expect(saved).toEqual(["the-id"]);
  expect(at("d1 migrations apply DB --remote --env production")).toBeGreaterThan(at("queues create"));
  expect(at("deploy --env production --minify --tag v0.1.0-abc")).toBeGreaterThan(at("d1 migrations"));
});

test("what exists already is left as it is", async () => {
  const { wrangler, calls, made } = account();
  for (const name of [target.database.name, ...target.queues]) made.add(name);
  await runAll(
    deployment(wrangler, { target: { ...target, database: { ...target.database, id: "the-id" } } }).value,
  );
  expect(calls.filter((call) => call.includes(" create "))).toEqual([]);
});

test("without an account nothing is tried, and the instructions say how to sign in", async () => {
  const { wrangler, calls } = account(false);
  const attempt = runAll(deployment(wrangler).value);
  await expect(attempt).rejects.toThrow(/wrangler login/);
  await expect(attempt).rejects.toBeInstanceOf(DeployError);
  expect(calls).toEqual(["whoami --json"]);
});

test("a manifest that is wrong stops it before the account is asked for anything", async () => {
  const { wrangler, calls } = account();
  const check = async () => ({ ok: false, lines: "manifest: unknown event type event.updted" });
  await expect(runAll(deployment(wrangler, { check }).value)).rejects.toThrow(/event\.updted/);
  expect(calls).toEqual([]);
});

test("a missing secret stops the deployment before anything is migrated", async () => {
  const { wrangler, calls } = account(true, ["TOKEN_KEYS"]);
  await expect(runAll(deployment(wrangler).value)).rejects.toThrow(
    /no REVENTO_CLIENT_SECRET, .*npm run secrets -- --env production/s,
  );
  expect(calls.some((call) => call.startsWith("d1 migrations"))).toBe(false);
});

test("empty vars are named before anything is created", async () => {
  const { wrangler, calls } = account();
  const empty = { ...target, vars: { ...target.vars, PUBLIC_URL: "" } };
  await expect(runAll(deployment(wrangler, { target: empty }).value)).rejects.toThrow(/PUBLIC_URL/);
  expect(calls).toEqual(["whoami --json"]);
});

test("a database id of another account is not replaced by an empty database", async () => {
  const { wrangler } = account();
  const moved = { ...target, database: { ...target.database, id: "an-id-from-elsewhere" } };
  await expect(runAll(deployment(wrangler, { target: moved }).value)).rejects.toThrow(/right account/);
});

test("a failed migration keeps the code from being deployed", async () => {
  const { wrangler, calls } = account();
  const failing: Wrangler = async (args, options) =>
    args.join(" ").startsWith("d1 migrations")
      ? { ok: false, stdout: "", stderr: "no" }
      : await wrangler(args, options);
  await expect(runAll(deployment(failing).value)).rejects.toThrow(/rolled back/);
  expect(calls.some((call) => call.startsWith("deploy"))).toBe(false);
});

test("a version that accepts a forged webhook fails the canary, which tells how to roll back", async () => {
  const { wrangler } = account();
  const open = answering({ "/webhooks/revento": () => new Response("taken") });
  await expect(runAll(deployment(wrangler, { fetch: open }).value)).rejects.toThrow(
    /got 200 instead of 401.*wrangler rollback --env production/s,
  );
});

test("a version whose pages break fails the canary, however well /healthz is", async () => {
  const broken = answering({ "/": () => new Response("no", { status: 500 }) });
  await expect(runAll(deployment(account().wrangler, { fetch: broken }).value)).rejects.toThrow(
    /the first page \(\/\) got 500 instead of 200.*wrangler rollback/s,
  );
});

/** A deployed version whose self-test says that a queue is silent, or that all is well. */
const selfTesting =
  (isWell: boolean, tag = "v0.1.0-abc"): typeof fetch =>
  async (input, init) => {
    if (new URL(String(input)).pathname !== "/api/self-test") return await answering({})(input);
    if (init?.method === "POST") return new Response(null, { status: 202 });
    return Response.json({ tag, checks: [{ id: "queues", ok: isWell, evidence: "revento-sync is silent" }] });
  };

test("with the operator's token the canary asks every queue", async () => {
  const asked = (isWell: boolean) =>
    runAll(deployment(account().wrangler, { fetch: selfTesting(isWell), operatorToken: "t" }).value);
  await expect(asked(true)).resolves.toBeUndefined();
  vi.useFakeTimers({ toFake: ["Date", "setTimeout"] });
  const failing = expect(asked(false)).rejects.toThrow(/queues: revento-sync is silent/);
  await vi.advanceTimersByTimeAsync(70_000);
  vi.useRealTimers();
  await failing;
});

test("an upload before this one, of the same version, fails the canary", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout"] });
  const { value } = deployment(account().wrangler, {
    fetch: selfTesting(true, "v0.1.0-older"),
    operatorToken: "t",
  });
  const failing = expect(runAll(value)).rejects.toThrow(/v0\.1\.0-older answers, not v0\.1\.0-abc/);
  await vi.advanceTimersByTimeAsync(100_000);
  vi.useRealTimers();
  await failing;
});

test("every step of a dry run says what it would run", () => {
  const { value } = deployment(account().wrangler);
  for (const step of steps) expect(step.commands(value).length).toBeGreaterThan(0);
});
