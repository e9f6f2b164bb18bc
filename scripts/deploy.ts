/**
 * `npm run deploy [-- --env sandbox|production] [--dry-run]`: manifest, resources, secrets, migrations, code, canary, in this
 * order. `--dry-run` shows everything, checks the manifest and bundles, without an account; there `--env all` is allowed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import packageJson from "../package.json" with { type: "json" };
import { checkSource } from "./check-source.ts";
import { ENVIRONMENTS, type Environment, isEnvironment, withDatabaseId } from "./deploy/environments.ts";
import { DeployError, type Deployment, ensureSource, steps } from "./deploy/steps.ts";
import { readTarget } from "./deploy/target.ts";
import { readVarsFile } from "./deploy/vars-file.ts";
import { root, versionTag, wrangler } from "./deploy/wrangler.ts";
import { readFlags } from "./flags.ts";

const configFile = `${root}wrangler.toml`;

function deploymentOf(environment: Environment): Deployment {
  return {
    target: readTarget(configFile, environment),
    wrangler,
    check: () => checkSource(),
    tag: versionTag(packageJson.version),
    version: packageJson.version,
    say: console.log,
    saveDatabaseId: (id) =>
      writeFileSync(configFile, withDatabaseId(readFileSync(configFile, "utf8"), environment, id)),
    fetch,
    operatorToken:
      process.env.OPERATOR_TOKEN ?? readVarsFile(`${root}.local/${environment}.vars`).OPERATOR_TOKEN ?? null,
  };
}

async function deploy(environment: Environment): Promise<void> {
  for (const [index, step] of steps.entries()) {
    console.log(`\n${index + 1}/${steps.length} ${step.title}`);
    await step.run(deploymentOf(environment));
  }
  console.log(`\nDeployed to ${environment}: ${deploymentOf(environment).target.vars.PUBLIC_URL}`);
}

/** Prints every step, and really checks the manifest and bundles for the environment. */
async function rehearse(environment: Environment): Promise<void> {
  const deployment = deploymentOf(environment);
  console.log(`\n${deployment.target.worker} (${environment}), ${deployment.tag}`);
  for (const [index, step] of steps.entries()) {
    console.log(`\n${index + 1}/${steps.length} ${step.title}`);
    for (const command of step.commands(deployment)) console.log(`    ${command}`);
  }
  await ensureSource(deployment);
  const args = ["deploy", "--dry-run", "--minify", "--env", environment, "--outdir", `dist/${environment}`];
  console.log(`\nBundling: npx wrangler ${args.join(" ")}`);
  const { ok } = await wrangler(args, { show: true });
  if (!ok) throw new DeployError(`The bundle for ${environment} cannot be built.`);
}

const flags = readFlags({
  options: { env: { type: "string", default: "production" }, "dry-run": { type: "boolean", default: false } },
});
const chosen = flags.env === "all" && flags["dry-run"] ? [...ENVIRONMENTS] : [flags.env];

try {
  for (const name of chosen) {
    if (!isEnvironment(name))
      throw new DeployError(`--env is one of ${ENVIRONMENTS.join(", ")}; not ${name}.`);
    await (flags["dry-run"] ? rehearse(name) : deploy(name));
  }
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
