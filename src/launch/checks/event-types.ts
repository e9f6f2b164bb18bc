import { checkManifest, listHandlers } from "../../handling/index.ts";
import type { World } from "../../world.ts";
import { type CheckResult, failed, passed } from "../check.ts";

/** Every declared type is used by the mirror, the lifecycle, a handler or an alert rule; and everything used is declared. */
export function checkEventTypes(world: World): CheckResult {
  const { manifest, config } = world;
  const handlers = listHandlers();
  const alertTypes = config.alertRules.rules.flatMap(({ on, resolve_on = [] }) =>
    on === undefined ? resolve_on : [on, ...resolve_on],
  );
  const { errors, warnings } = checkManifest(manifest, { handlers, source: "", alertTypes });
  const problems = [...errors, ...warnings];
  return problems.length === 0
    ? passed(
        "only-needed-types",
        `${manifest.eventTypes.length} declared types are all used: by the mirror, endings, ${handlers.length} handlers and ${config.alertRules.rules.length} alert rules`,
      )
    : failed(
        "only-needed-types",
        problems.join("; "),
        "Correct eventTypes in src/manifest.ts, and tell Revento.",
      );
}
