import * as z from "zod/mini";
import type { Checked } from "../check-source.ts";
import { probeDeployed } from "./canary.ts";
import { missingVars, REQUIRED_SECRETS, type Target } from "./target.ts";
import { jsonIn, type Wrangler } from "./wrangler.ts";

/** What the steps work with. `saveDatabaseId` writes `wrangler.toml`. */
export interface Deployment {
  readonly target: Target;
  readonly wrangler: Wrangler;
  /** The manifest check, on the files as they stand. */
  readonly check: () => Promise<Checked>;
  readonly tag: string;
  readonly version: string;
  readonly say: (line: string) => void;
  readonly saveDatabaseId: (id: string) => void;
  readonly fetch: typeof fetch;
  /** To ask the deployed Worker for its self-test; null when the caller does not have it. */
  readonly operatorToken: string | null;
}

export interface Step {
  readonly title: string;
  /** What would be run, as a person would type it. */
  readonly commands: (deployment: Deployment) => readonly string[];
  /** Throws `DeployError` with instructions. */
  readonly run: (deployment: Deployment) => Promise<void>;
}

/** Ends the deployment with instructions; not a bug. */
export class DeployError extends Error {}

const jurisdictionFlags = ({ jurisdiction }: Target): string[] =>
  jurisdiction === null ? [] : ["--jurisdiction", jurisdiction];
const forEnv = ({ environment }: Target): string[] => ["--env", environment];
const shown = (args: readonly string[]): string => `npx wrangler ${args.join(" ")}`;

/** Tells what is wrong with the manifest, or with what uses it. A rehearsal does it as well. */
export async function ensureSource({ check }: Pick<Deployment, "check">): Promise<void> {
  const { ok, lines } = await check();
  if (!ok) throw new DeployError(`${lines}\nThe Worker would not start with it. Nothing was deployed.`);
}

const source: Step = {
  title: "Manifest: right, and in agreement with the handlers",
  commands: () => ["npm run manifest -- --check"],
  run: ensureSource,
};

const account: Step = {
  title: "Account: signed in to Cloudflare",
  commands: () => ["npx wrangler whoami"],
  async run({ wrangler }) {
    const { ok } = await wrangler(["whoami", "--json"]);
    if (ok) return;
    throw new DeployError(
      [
        "Not signed in to Cloudflare. Either:",
        "  npx wrangler login                       on a machine with a browser",
        "  export CLOUDFLARE_API_TOKEN=…            elsewhere (template “Edit Cloudflare Workers”, plus D1 and Queues: edit)",
        "  export CLOUDFLARE_ACCOUNT_ID=…           when the token or login sees several accounts",
        "Then run this command again. `npm run deploy -- --dry-run` shows everything without an account.",
      ].join("\n"),
    );
  },
};

const settings: Step = {
  title: "Settings: every var has a value",
  commands: ({ target }) => [
    missingVars(target).length === 0
      ? `# all set in [env.${target.environment}.vars]`
      : `# still empty in [env.${target.environment}.vars]: ${missingVars(target).join(", ")}`,
  ],
  async run({ target }) {
    const missing = missingVars(target);
    if (missing.length === 0) return;
    throw new DeployError(
      `Fill these in under [env.${target.environment}.vars] of wrangler.toml: ${missing.join(", ")}.\n` +
        "docs/configuration.md says what each one is.",
    );
  },
};

const databasesShape = z.array(z.object({ name: z.string(), uuid: z.string() }));

async function findDatabase(deployment: Deployment): Promise<string | null> {
  const { ok, stdout, stderr } = await deployment.wrangler(["d1", "list", "--json"]);
  const list = databasesShape.safeParse(jsonIn(stdout));
  if (!ok || !list.success) throw new DeployError(`The databases could not be listed:\n${stderr || stdout}`);
  return list.data.find(({ name }) => name === deployment.target.database.name)?.uuid ?? null;
}

const createDatabase = (target: Target): string[] => [
  ...["d1", "create", target.database.name],
  ...jurisdictionFlags(target),
];

const database: Step = {
  title: "Database: created if missing, its id written into wrangler.toml",
  commands: ({ target }) => [
    "npx wrangler d1 list --json",
    `${shown(createDatabase(target))}   # if missing`,
  ],
  async run(deployment) {
    const { target, wrangler, say } = deployment;
    let id = await findDatabase(deployment);
    if (id === null) {
      if (target.database.id !== "") {
        throw new DeployError(
          `wrangler.toml names the database ${target.database.id}, but this account has no ${target.database.name}. ` +
            "Is this the right account? (docs/runbooks/move-account.md)",
        );
      }
      const created = await wrangler(createDatabase(target), { show: true });
      id = created.ok ? await findDatabase(deployment) : null;
      if (id === null) throw new DeployError(`The database was not created:\n${created.stderr}`);
    }
    if (id === target.database.id) return;
    deployment.saveDatabaseId(id);
    say(`  wrote database_id of ${target.database.name} into wrangler.toml: commit it`);
  },
};

const createQueue = (name: string, target: Target): string[] => [
  ...["queues", "create", name],
  ...jurisdictionFlags(target),
];

const queues: Step = {
  title: "Queues and dead-letter queues: created if missing",
  commands: ({ target }) =>
    target.queues.flatMap((name) => [`${shown(createQueue(name, target))}   # if missing`]),
  async run({ target, wrangler, say }) {
    for (const name of target.queues) {
      if ((await wrangler(["queues", "info", name])).ok) continue;
      const created = await wrangler(createQueue(name, target));
      if (!created.ok) throw new DeployError(`The queue ${name} was not created:\n${created.stderr}`);
      say(`  created ${name}`);
    }
  },
};

const secretsShape = z.array(z.object({ name: z.string() }));

/** Names of the secrets that a Worker has; none where the Worker does not exist yet. */
export async function presentSecrets(wrangler: Wrangler, target: Target): Promise<readonly string[]> {
  const { stdout } = await wrangler(["secret", "list", ...forEnv(target), "--format", "json"]);
  const list = secretsShape.safeParse(jsonIn(stdout));
  return list.success ? list.data.map(({ name }) => name) : [];
}

const secrets: Step = {
  title: "Secrets: all present",
  commands: ({ target }) => [
    `npx wrangler secret list --env ${target.environment}`,
    `# needed: ${REQUIRED_SECRETS.join(", ")}`,
    `npm run secrets -- --env ${target.environment}   # if missing`,
  ],
  async run({ target, wrangler }) {
    const present = await presentSecrets(wrangler, target);
    const missing = REQUIRED_SECRETS.filter((name) => !present.includes(name));
    if (missing.length === 0) return;
    throw new DeployError(
      `${target.worker} has no ${missing.join(", ")}. Set them, then run this again:\n` +
        `  npm run secrets -- --env ${target.environment}`,
    );
  },
};

const migrateArgs = (target: Target): string[] => [
  ...["d1", "migrations", "apply", "DB", "--remote"],
  ...forEnv(target),
];

const migrations: Step = {
  title: "Migrations: applied before the code that needs them",
  commands: ({ target }) => [shown(migrateArgs(target))],
  async run({ target, wrangler }) {
    const { ok } = await wrangler(migrateArgs(target), { show: true });
    if (!ok) throw new DeployError("A migration failed and was rolled back. The code was not deployed.");
  },
};

const deployArgs = ({ target, tag }: Deployment): string[] => [
  "deploy",
  ...forEnv(target),
  ...["--minify", "--tag", tag, "--message", `npm run deploy ${tag}`],
];

const code: Step = {
  title: "Code: uploaded with a version tag",
  commands: (deployment) => [shown(deployArgs(deployment))],
  async run(deployment) {
    const { ok } = await deployment.wrangler(deployArgs(deployment), { show: true });
    if (!ok) throw new DeployError("The upload failed; the version before it still answers.");
  },
};

const canary: Step = {
  title:
    "Canary: the new version answers, refuses a forged webhook, shows its first page, and a message comes back from every queue",
  commands: ({ target }) => [
    `curl ${target.vars.PUBLIC_URL || "https://…"}/healthz`,
    `curl ${target.vars.PUBLIC_URL || "https://…"}/`,
    `npm run preflight -- --url ${target.vars.PUBLIC_URL || "https://…"}`,
  ],
  async run(deployment) {
    const problems = await probeDeployed(deployment);
    if (problems.length === 0) return;
    const { environment } = deployment.target;
    throw new DeployError(
      `The canary did not come back:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\n` +
        `To take the deployment back: npx wrangler rollback --env ${environment}   (docs/runbooks/roll-back.md)`,
    );
  },
};

/** In this order: what the code needs exists before the code that needs it. */
export const steps: readonly Step[] = [
  source,
  account,
  settings,
  database,
  queues,
  secrets,
  migrations,
  code,
  canary,
];
