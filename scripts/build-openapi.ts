/** `npm run openapi`: writes public/api/openapi.json from the schemas of src/api. A test fails while it is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { describeApi } from "../src/api/describe.ts";
import { readFlags } from "./flags.ts";

readFlags({ options: {} });
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const file = new URL("../public/api/openapi.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(describeApi(version), null, 1)}\n`);
console.log(`wrote ${file.pathname}`);
