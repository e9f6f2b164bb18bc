import { existsSync } from "node:fs";

/** The headless shell first: the same browser without windows of its own, which cost more than half of its work. */
const PLACES = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** Chromium from `CHROMIUM_PATH`, or from where Debian puts it. Throws where there is none. */
export function chromiumPath(): string {
  const { CHROMIUM_PATH } = process.env;
  const places = CHROMIUM_PATH === undefined ? PLACES : [CHROMIUM_PATH];
  const path = places.find((place) => existsSync(place));
  if (path !== undefined) return path;
  throw new Error(
    `There is no Chromium at ${places.join(" or ")}. Install it (Debian: apt-get install chromium-headless-shell) or set CHROMIUM_PATH.`,
  );
}

/** Before the first test: otherwise each file would find out for itself, minutes later. */
export default function setup(): void {
  chromiumPath();
}
