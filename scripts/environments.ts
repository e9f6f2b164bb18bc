/** `npm run environments`: writes `[env.sandbox]` and `[env.production]` of `wrangler.toml` from its top-level sections. */
import { readFileSync, writeFileSync } from "node:fs";
import { withEnvironments } from "./deploy/environments.ts";
import { readFlags } from "./flags.ts";

readFlags({ options: {} });
const file = new URL("../wrangler.toml", import.meta.url);
const before = readFileSync(file, "utf8");
const after = withEnvironments(before);
if (after === before) console.log("wrangler.toml: the environments are up to date.");
else {
  writeFileSync(file, after);
  console.log("wrangler.toml: the environments are written again.");
}
