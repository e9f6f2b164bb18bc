import { audit } from "../db/schema.ts";
import type { World } from "../world.ts";

export interface AuditEntry {
  readonly connectionId: string | null;
  /** `operator`, `organizer`, `door`, `revento`, `system`: a role, never a person's name. */
  readonly actor: string;
  readonly action: string;
  readonly subject?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Adds to the append-only audit log. */
export async function appendAudit(world: World, entry: AuditEntry): Promise<void> {
  await world.db.orm.insert(audit).values({ ...entry, at: world.now() });
}
