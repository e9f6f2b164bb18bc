/**
 * `npm run secrets -- --env sandbox|production`: sets what is missing. Ours are made here, Revento's are asked for;
 * all go to `wrangler secret` through its standard input, in one go, because every change is a rollout.
 * `--rotate NAME` and `--finish NAME` are the two halves of a rotation; `--env local` works on `.dev.vars`, and asks the instance at `PORT`.
 * A key of `TOKEN_KEYS` that still seals something is dropped only with `--lose-what-is-sealed`.
 * Nothing is ever printed but names and lengths.
 */
import { askSecret } from "./deploy/ask-secret.ts";
import { type Environment, isEnvironment } from "./deploy/environments.ts";
import { ensureUnused } from "./deploy/seals.ts";
import {
  finished,
  kidsOf,
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
import { readFlags, readPort } from "./flags.ts";

/** Where a set of secrets lives, and where ours are kept for the operator and for the next rotation. */
interface Store {
  readonly keptIn: string;
  /** Origin of the instance that runs with them; empty where it is not known. */
  readonly url: string;
  present(): Promise<readonly string[]>;
  set(values: SecretValues): Promise<void>;
}

function localStore(): Store {
  const file = `${root}.dev.vars`;
  return {
    keptIn: file,
    url: `http://localhost:${readPort("PORT", 8787)}`,
    present: async () => Object.keys(readVarsFile(file)),
    set: async (values) => updateVarsFile(file, values, "# Secrets of this machine only."),
  };
}

function remoteStore(environment: Environment): Store {
  const keptIn = `${root}.local/${environment}.vars`;
  const target = readTarget(`${root}wrangler.toml`, environment);
  return {
    keptIn,
    url: (target.vars.PUBLIC_URL ?? "").replace(/\/$/, ""),
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
    "lose-what-is-sealed": { type: "boolean", default: false },
  },
});

async function change(store: Store): Promise<SecretValues> {
  const kept = readVarsFile(store.keptIn);
  if (flags.rotate !== undefined) return await rotated(flags.rotate, kept, askSecret, new Date());
  if (flags.finish !== undefined) {
    const values = finished(flags.finish, kept);
    if (flags.finish === "TOKEN_KEYS") await ensureDroppable(store, kept);
    return values;
  }
  return await missingSecrets(await store.present(), kept, askSecret, new Date());
}

/** A key that leaves the ring takes along what it still seals. */
async function ensureDroppable(store: Store, kept: SecretValues): Promise<void> {
  const ring = kidsOf(kept);
  if (ring.length < 2 || flags["lose-what-is-sealed"]) return;
  const operatorToken = process.env.OPERATOR_TOKEN ?? kept.OPERATOR_TOKEN ?? null;
  await ensureUnused(ring, { url: store.url, operatorToken, fetch });
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
  if (flags["dry-run"]) return;
  if (flags.env === "local") {
    console.log("\nA running `npm start` sees nothing of this until it is stopped and started again.");
  } else {
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
