import { findConnection } from "../connections/index.ts";
import { enqueueHook, nudgeHooks } from "../outbox/index.ts";
import type { TokenResponse } from "../revento/index.ts";
import type { World } from "../world.ts";

/** The hook `signed-in`, for the connection through which the person signed in. */
export async function tellHandlers(
  world: World,
  tokens: TokenResponse,
  { userId, eventId }: { readonly userId: string; readonly eventId: string },
): Promise<void> {
  const key = { eventId, organizationId: tokens.organizationId ?? "" };
  const connection = await findConnection(world, key);
  if (connection === null) return;
  const hook = {
    ...key,
    type: "signed-in",
    connectionId: connection.id,
    key: `${userId}:${tokens.date}`,
    occurredAt: tokens.date,
    data: { user_id: userId },
  } as const;
  const statements = enqueueHook(world, hook);
  if (statements.length === 0) return;
  await world.db.raw.batch(statements);
  await nudgeHooks(world, hook);
}
