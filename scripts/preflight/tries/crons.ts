import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cronsOf } from "../../cron-clock.ts";
import type { Target } from "../target.ts";

/** A local instance has no clock of its own: its crons are fired once, as Cloudflare would, so that they have run. */
export async function fireCrons(target: Target, root: string): Promise<void> {
  for (const cron of cronsOf(readFileSync(join(root, "wrangler.toml"), "utf8"))) {
    const path = `/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`;
    // Not judged here: the self-test says which of them ran.
    await target.send(path).catch(() => null);
  }
}
