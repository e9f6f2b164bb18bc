import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll } from "vitest";
import { listen, scanForSecrets } from "./secrets.ts";

const SCAN_LIMIT_MS = 600_000;

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

// No token, code, verifier or secret in any log line or row: looked for after every file.
listen();
// After a long run there are many to look for.
afterAll(scanForSecrets, SCAN_LIMIT_MS);
