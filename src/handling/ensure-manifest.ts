import type { Logger } from "../lib/log.ts";
import type { Manifest } from "../manifest-shape.ts";
import { checkManifest } from "./check-manifest.ts";
import { listHandlers } from "./on.ts";

/**
 * When the Worker starts: a manifest that is wrong or does not fit its handlers throws, so that a deploy with it is refused;
 * warnings are logged.
 */
export function ensureManifest(manifest: Manifest, log: Logger): void {
  const handlers = listHandlers();
  const source = handlers.map(({ handle }) => String(handle)).join("\n");
  const { errors, warnings } = checkManifest(manifest, { handlers, source });
  for (const warning of warnings) log.warn("manifest", { warning });
  if (errors.length > 0) throw new Error(`src/manifest.ts: ${errors.join("; ")}`);
}
