// After `npm ci`: puts the reference page's files under public/, from the package that is kept up to date with the
// others. Plain JavaScript, because this may run on whatever Node the machine has.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const from = `${root}node_modules/swagger-ui-dist/`;
const to = `${root}public/vendor/swagger-ui/`;

if (existsSync(from)) {
  mkdirSync(to, { recursive: true });
  for (const file of ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE"])
    copyFileSync(`${from}${file}`, `${to}${file}`);
}
