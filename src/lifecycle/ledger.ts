import { objectNamed } from "../objects.ts";
import type { World } from "../world.ts";
import type { LedgerObject } from "./ledger-object.ts";

/** The one ledger. A stub is broken after an exception, so each use makes its own. */
export function ledgerOf(world: World): DurableObjectStub<LedgerObject> {
  return objectNamed(world.config, world.env.LEDGER, "ledger");
}
