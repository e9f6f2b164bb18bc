/**
 * The Worker's bundle as `npm run build` left it: its size against the budget, and that nothing of the emulator, the
 * tests or the tools is in it.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { readFlags } from "./flags.ts";

readFlags({ options: {} });

/** The libraries weigh 50 KB of it; drizzle and d3 are left out of the running Worker for its sake. */
const BUDGET_KB = 170;
const file = new URL("../dist/index.js", import.meta.url);
const code = readFileSync(file);
const map = JSON.parse(readFileSync(new URL("../dist/index.js.map", import.meta.url), "utf8")) as {
  sources: string[];
};

const strangers = map.sources.filter((source) =>
  /(^|\/)(emulator|test|bench|scripts)\//.test(source.replace(/^.*node_modules\//, "")),
);
const gzipKb = gzipSync(code, { level: 9 }).length / 1024;
console.log(
  `bundle: ${(code.length / 1024).toFixed(0)} KB, ${gzipKb.toFixed(1)} KB gzip of a budget of ${BUDGET_KB} KB`,
);
if (gzipKb > BUDGET_KB) {
  console.error(`The bundle is over its budget by ${(gzipKb - BUDGET_KB).toFixed(1)} KB gzip.`);
  process.exitCode = 1;
}
if (strangers.length > 0) {
  console.error(`The bundle holds code that does not belong into it:\n${strangers.join("\n")}`);
  process.exitCode = 1;
}
