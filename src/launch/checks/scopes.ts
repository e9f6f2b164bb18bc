import type { World } from "../../world.ts";
import { type CheckResult, failed, passed } from "../check.ts";

interface GrantedRow {
  event_id: string;
  organization_id: string;
  granted_scopes: string;
}

const ACTIVE = `SELECT event_id, organization_id, granted_scopes FROM connections WHERE state = 'active'
ORDER BY event_id LIMIT 500`;

/** Active connections against the manifest: none has what is not declared, or lacks what is required. */
export async function checkScopes(world: World): Promise<CheckResult> {
  const { required, optional } = world.manifest.installation;
  const declared: readonly string[] = [...required, ...optional];
  const { results } = await world.db.raw.prepare(ACTIVE).all<GrantedRow>();
  const problems = results.flatMap((row) => {
    const granted = JSON.parse(row.granted_scopes) as string[];
    const lacks = required.filter((scope) => !granted.includes(scope)).map((scope) => `lacks ${scope}`);
    const extra = granted
      .filter((scope) => !declared.includes(scope))
      .map((scope) => `has undeclared ${scope}`);
    return [...lacks, ...extra].map((what) => `${row.event_id}/${row.organization_id} ${what}`);
  });
  return problems.length === 0
    ? passed(
        "scopes",
        `${results.length} active connections have what the manifest declares: ${declared.join(", ")}`,
      )
    : failed(
        "scopes",
        problems.slice(0, 10).join("; "),
        "Have these organizers connect again: docs/runbooks/add-a-scope.md.",
      );
}
