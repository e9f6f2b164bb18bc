import { openConnection } from "../../src/connections/index.ts";
import type { World } from "../../src/world.ts";

export const keyOf = (index: number) => ({ eventId: `evt_bench_${index}`, organizationId: "org_bench" });
const SCOPES = ["event.read", "participants.read"];

/** Connections to send webhooks for, connected long ago. */
export async function seed(world: World, connections: number): Promise<{ connections: number }> {
  for (let index = 0; index < connections; index++) {
    await openConnection(world, {
      ...keyOf(index),
      connectedAt: 1_000,
      grantedScopes: SCOPES,
      askedScopes: SCOPES,
    });
  }
  return { connections };
}
