/**
 * `npm run secrets -- --env sandbox|production`: sets what is missing. Ours are made here, Revento's are asked for;
 * all go to `wrangler secret` through its standard input, in one go, because every change is a rollout.
 * `--rotate NAME` and `--finish NAME` are the two halves of a rotation; `--env local` works on `.dev.vars`.
 * Nothing is ever printed but names and lengths.
 */
import { askSecret } from "./deploy/ask-secret.ts";
import { type Environment, isEnvironment } from "./deploy/environments.ts";
import {
  finished,
  missingSecrets,
  OURS,
  rotated,
  SecretsError,
  type SecretValues,
} from "./deploy/secret-values.ts";
import { presentSecrets } from "./deploy/steps.ts";
import { readTarget } from "./deploy/target.ts";
import { readVarsFile, updateVarsFile } from "./deploy/vars-file.ts";
import { root, wrangler } from "./deploy/wrangler.ts";
import { readFlags } from "./flags.ts";

/** Where a set of secrets lives, and where ours are kept for the operator and for the next rotation. */
interface Store {
  readonly keptIn: string;
  present(): Promise<readonly string[]>;
  set(values: SecretValues): Promise<void>;
}

function localStore(): Store {
  const file = `${root}.dev.vars`;
  return {
    keptIn: file,
    present: async () => Object.keys(readVarsFile(file)),
    set: async (values) => updateVarsFile(file, values, "# Secrets of this machine only."),
  };
}

function remoteStore(environment: Environment): Store {
  const keptIn = `${root}.local/${environment}.vars`;
  const target = readTarget(`${root}wrangler.toml`, environment);
  return {
    keptIn,
    present: () => presentSecrets(wrangler, target),
    async set(values) {
      const ours = Object.fromEntries(Object.entries(values).filter(([name]) => OURS.includes(name)));
      // Kept before it is sent: a ring that only Cloudflare knows could never be rotated.
      if (Object.keys(ours).length > 0)
        updateVarsFile(keptIn, ours, `# Secrets of ${environment} that this repository made. Never commit.`);
      const args = ["secret", "bulk", "--env", environment];
      const { ok, stderr } = await wrangler(args, { input: JSON.stringify(values) });
      if (!ok) throw new SecretsError(`wrangler secret bulk failed:\n${stderr}`);
    },
  };
}

const describe = (name: string, value: string | null): string =>
  value === null ? `  ${name}: deleted` : `  ${name}: set (${value.length} characters)`;

const flags = readFlags({
  options: {
    env: { type: "string", default: "production" },
    rotate: { type: "string" },
    finish: { type: "string" },
    "dry-run": { type: "boolean", default: false },
  },
});

async function change(store: Store): Promise<SecretValues> {
  const kept = readVarsFile(store.keptIn);
  if (flags.rotate !== undefined) return await rotated(flags.rotate, kept, askSecret, new Date());
  if (flags.finish !== undefined) return finished(flags.finish, kept);
  return await missingSecrets(await store.present(), kept, askSecret, new Date());
}

async function main(): Promise<void> {
  if (flags.env !== "local" && !isEnvironment(flags.env)) {
    throw new SecretsError("--env is one of local, sandbox, production.");
  }
  const store = flags.env === "local" ? localStore() : remoteStore(flags.env);
  const isSignedIn = flags.env === "local" || flags["dry-run"] || (await wrangler(["whoami", "--json"])).ok;
  if (!isSignedIn) throw new SecretsError("Not signed in to Cloudflare: run `npx wrangler login` first.");
  const values = await change(store);
  if (Object.keys(values).length === 0) return console.log(`${flags.env}: nothing is missing.`);
  if (!flags["dry-run"]) await store.set(values);
  console.log(`${flags.env}${flags["dry-run"] ? " (dry run: nothing was set)" : ""}:`);
  for (const [name, value] of Object.entries(values)) console.log(describe(name, value));
  if (flags.env !== "local" && !flags["dry-run"]) {
    console.log(`\nOurs are kept in ${store.keptIn.replace(root, "")} (readable by you alone, not in git).`);
    console.log("Move it to your password manager, and put it back for the next rotation.");
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SecretsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
