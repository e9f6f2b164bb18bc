// Before `npm test`: installs where nothing is installed, so that it runs in a clean clone too. Where something is, it
// stays: `npm ci` would take the packages away from under a running `npm start`.
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
if (!existsSync(`${root}node_modules/.bin/vitest`)) execSync("npm ci", { cwd: root, stdio: "inherit" });
