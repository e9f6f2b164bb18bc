/** `npm run docs:check`: links, files, commands, settings and the architecture's names, in README and docs. */
import { root } from "./deploy/wrangler.ts";
import { checkDocs, readPages } from "./docs/check.ts";
import { readFlags } from "./flags.ts";

readFlags({ options: {} });
const pages = readPages(root);
const problems = checkDocs(root, pages);
for (const { path, line, what } of problems) console.error(`${path}:${line}: ${what}`);
console.log(`docs: ${pages.length} pages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
