import type { Environment } from "./environments.ts";
import { readWranglerConfig } from "./wrangler-config.ts";

/** What one environment needs to exist, read from `wrangler.toml` as wrangler reads it. */
export interface Target {
  readonly environment: Environment;
  readonly worker: string;
  readonly database: { readonly name: string; readonly id: string };
  readonly queues: readonly string[];
  readonly vars: Readonly<Record<string, string>>;
  /** Where data may rest: given to the database and the queues when they are created, and never after. */
  readonly jurisdiction: "eu" | null;
}

export const REQUIRED_VARS = ["REVENTO_AUTH_URL", "REVENTO_API_URL", "REVENTO_CLIENT_ID", "PUBLIC_URL"];
export const REQUIRED_SECRETS = [
  "REVENTO_CLIENT_SECRET",
  "REVENTO_WEBHOOK_SECRET",
  "TOKEN_KEYS",
  "SESSION_KEY",
  "OPERATOR_TOKEN",
];

const NO_ID = /^[0-]*$/;

export function readTarget(configFile: string, environment: Environment): Target {
  const { name, d1_databases, queues, vars } = readWranglerConfig(configFile, environment);
  const [database] = d1_databases;
  if (database === undefined) throw new Error(`wrangler.toml has no database for ${environment}`);
  return {
    environment,
    worker: name,
    database: {
      name: database.database_name,
      id: NO_ID.test(database.database_id) ? "" : database.database_id,
    },
    queues: queues.consumers.map(({ queue }) => queue),
    vars,
    jurisdiction: vars.DATA_JURISDICTION === "eu" ? "eu" : null,
  };
}

/** Vars of an environment that nobody has filled in. */
export const missingVars = (target: Target): readonly string[] =>
  REQUIRED_VARS.filter((name) => (target.vars[name] ?? "") === "");
