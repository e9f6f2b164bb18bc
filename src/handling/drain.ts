import { databaseFor } from "../db/client.ts";
import { ACK, type Verdict } from "../lib/verdict.ts";
import type { HandlerMessage } from "../messages.ts";
import type { World } from "../world.ts";
import { hasRunOver, noteRound } from "./circuit.ts";
import type { Flights } from "./client.ts";
import { type Lease, nextRows, noteWake, releaseLease, takeLease } from "./lease.ts";
import { handlerNamed, type RegisteredHandler } from "./on.ts";
import { runRow } from "./run.ts";
import { settle } from "./settle.ts";
import { findSubject, type Subject } from "./subject.ts";

/** A drain passes on to a fresh message after this, so that no invocation gets long. */
const PATIENCE_MS = 60_000;

/**
 * Runs what waits for one (connection, handler), in commit order for each resource. The verdict says when to look
 * again. Throws where D1 does not answer: the rows stay, and so does the message.
 */
export async function drain(world: World, message: HandlerMessage, attempts: number): Promise<Verdict> {
  const handler = handlerNamed(message.handler);
  if (handler === undefined) {
    world.log.warn("handlers.unknown", { handler: message.handler });
    return ACK;
  }
  const connection = await findSubject(world, message.connectionId);
  if (connection === null) {
    await discard(world, message);
    return ACK;
  }
  const lease = await takeLease(world, message.connectionId, message.handler);
  if ("heldForMs" in lease) {
    // Whoever holds it looks again after giving it back. Only a message that comes back itself may be the one whose
    // isolate crashed.
    return attempts > 1 ? { do: "retry", inS: Math.ceil(lease.heldForMs / 1000) + 1 } : ACK;
  }
  if ("pausedUntil" in lease) {
    world.log.warn("handlers.paused", { handler: message.handler, until: lease.pausedUntil });
    return wakeFor(world, await noteWake(world, message, lease.pausedUntil));
  }
  await runAll(world, lease, connection, handler);
  return wakeFor(world, await releaseLease(world, lease));
}

function wakeFor(world: World, dueAt: number | null): Verdict {
  if (dueAt === null) return ACK;
  return { do: "again", inS: Math.min(86_400, Math.max(0, Math.ceil((dueAt - world.now()) / 1000))) };
}

async function runAll(
  world: World,
  lease: Lease,
  connection: Subject,
  handler: RegisteredHandler,
): Promise<void> {
  const startedAt = world.now();
  const flights: Flights = new Map();
  let settled: readonly D1PreparedStatement[] = [];
  while (true) {
    if (world.now() - startedAt > PATIENCE_MS) return finish(world, lease, settled);
    const rows = await nextRows(world, lease, settled);
    if (rows.length === 0) return;
    const outcomes = await Promise.all(
      rows.map(async (row) => ({
        row,
        outcome: isDiscarded(connection, row.type)
          ? ({ kind: "discarded" } as const)
          : await runRow(world, { connection, handler, row, flights }),
      })),
    );
    const came = outcomes.map(({ outcome }) => outcome);
    settled = [
      ...(await settle(world, connection, handler.name, outcomes)),
      ...noteRound(world, lease, came),
    ];
    if (hasRunOver(came)) return finish(world, lease, settled);
  }
}

/** Once the data has to go, nothing but the hooks that say so is delivered any more. */
const isDiscarded = (connection: Subject, type: string): boolean =>
  connection.deletionRequestedAt !== null && type !== "ended" && type !== "erasing";

async function finish(world: World, lease: Lease, settled: readonly D1PreparedStatement[]): Promise<void> {
  if (settled.length > 0) await databaseFor(world, lease.connectionId).raw.batch([...settled]);
}

/** What waits for a life that was erased since. */
async function discard(world: World, { connectionId, handler }: HandlerMessage): Promise<void> {
  await databaseFor(world, connectionId)
    .raw.prepare("DELETE FROM outbox WHERE connection_id = ? AND target = ?")
    .bind(connectionId, handler)
    .run();
}
