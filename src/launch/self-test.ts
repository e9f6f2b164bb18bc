import { version } from "../../package.json";
import { CRON_INTERVALS } from "../monitoring/index.ts";
import type { World } from "../world.ts";
import { type CheckResult, failed } from "./check.ts";
import { checkAlertChannels } from "./checks/alert-channels.ts";
import { checkCrons } from "./checks/crons.ts";
import { checkEventTypes } from "./checks/event-types.ts";
import { checkMigrations } from "./checks/migrations.ts";
import { checkQueues } from "./checks/queues.ts";
import { checkScopes } from "./checks/scopes.ts";
import { checkSealing } from "./checks/sealing.ts";
import { checkSecrets } from "./checks/secrets.ts";
import { listTrials } from "./store.ts";

export interface SelfTest {
  readonly version: string;
  /** The commit that was deployed, as `npm run deploy` tagged it; empty on a laptop. */
  readonly tag: string;
  /** Our clock, ISO. */
  readonly now: string;
  /** What is registered with Revento, as this code sends it. Nothing here is secret. */
  readonly registered: {
    readonly clientId: string;
    readonly authUrl: string;
    readonly redirectUris: readonly string[];
    readonly webhookUrl: string;
  };
  readonly checks: readonly CheckResult[];
}

/** A check that breaks is a check that failed: the others are still told. */
async function attempt(id: string, check: () => CheckResult | Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await check();
  } catch (error) {
    return failed(id, `the check itself failed: ${String(error)}`, "Look at the log, and try again.");
  }
}

/** Everything that only the inside can see. Changes nothing. */
export async function runSelfTest(world: World): Promise<SelfTest> {
  const { config } = world;
  const checks = await Promise.all([
    attempt("secrets-strong", () => checkSecrets(config)),
    attempt("sealing", () => checkSealing(world)),
    attempt("migrations", () => checkMigrations(world)),
    attempt("queues", async () => checkQueues(await listTrials(world))),
    attempt("crons", () => checkCrons(world, CRON_INTERVALS)),
    attempt("only-needed-types", () => checkEventTypes(world)),
    attempt("alert-channels", async () => checkAlertChannels(world, await listTrials(world))),
    attempt("scopes", () => checkScopes(world)),
  ]);
  return {
    version,
    tag: world.env.VERSION.tag,
    now: new Date(world.now()).toISOString(),
    registered: {
      clientId: config.clientId,
      authUrl: config.authUrl,
      redirectUris: ["connect", "login"].map((kind) => `${config.publicUrl}/${kind}/callback`),
      webhookUrl: `${config.publicUrl}/webhooks/revento`,
    },
    checks,
  };
}
