import { existsSync } from "node:fs";

/** Chromium from `CHROMIUM_PATH`, default `/usr/bin/chromium`. Throws where there is none. */
export function chromiumPath(): string {
  const path = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  if (existsSync(path)) return path;
  throw new Error(
    `There is no Chromium at ${path}. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.`,
  );
}

/** Before the first test: otherwise each file would find out for itself, minutes later. */
export default function setup(): void {
  chromiumPath();
}
