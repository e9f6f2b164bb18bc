// After `npm ci`: puts other projects' files that browsers load under public/, from the packages that are kept up to
// date with the others. Plain JavaScript, because this may run on whatever Node the machine has.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function copy(name, from, files) {
  const source = `${root}node_modules/${from}/`;
  if (!existsSync(source)) return;
  const to = `${root}public/vendor/${name}/`;
  mkdirSync(to, { recursive: true });
  for (const file of files) copyFileSync(`${source}${file}`, `${to}${file.split("/").at(-1)}`);
}

copy("swagger-ui", "swagger-ui-dist", ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE"]);
copy("jsqr", "jsqr", ["dist/jsQR.js", "LICENSE"]);
