import type { AlertChannel } from "../alert-rules.ts";
import type { AlertMessage } from "../messages.ts";
import type { World } from "../world.ts";
import { CLAIM_RESULTS, type Claim, claimStatements, readClaim } from "./claim.ts";
import { compose } from "./compose.ts";
import { sendMessage } from "./send.ts";
import { settleClaim } from "./settle.ts";

/** Messages that one invocation sends on a channel before it passes on to a fresh one. */
const MAX_ROUNDS = 20;

/**
 * Commits `inserts` and sends what the channels can take now, side by side. What has to wait is flushed by a delayed
 * message. Throws only where D1 does not answer to the first batch, twice: nothing was sent then.
 * @returns whether all went well; otherwise what was claimed goes again, as the same message, when its claim is over.
 */
export async function dispatch(
  world: World,
  channels: readonly AlertChannel[],
  inserts: readonly D1PreparedStatement[] = [],
): Promise<boolean> {
  const claims = channels.map((channel) => ({ channel, token: crypto.randomUUID() }));
  const commit = () =>
    world.db.raw.batch<unknown>([
      ...inserts,
      ...claims.flatMap(({ channel, token }) => claimStatements(world, channel, token)),
    ]);
  // Repeatable: had the first one committed unheard, what it claimed waits until that claim is over.
  const results = await commit().catch(commit);
  const works = await Promise.allSettled(
    claims.map(({ channel, token }, index) =>
      work(
        world,
        channel,
        readClaim(world, channel, token, results.slice(inserts.length + index * CLAIM_RESULTS)),
      ),
    ),
  );
  const errors = works.filter((one) => one.status === "rejected").map(({ reason }) => String(reason));
  if (errors.length > 0) world.log.error("alerts.not_settled", { errors: errors.join("; ") });
  return errors.length === 0;
}

async function work(world: World, channel: AlertChannel, first: Claim): Promise<void> {
  let claim = first;
  for (let round = 0; claim.rows.length > 0 && round < MAX_ROUNDS; round++) {
    const [head, ...rest] = claim.rows;
    if (head === undefined) break;
    const sent = await sendMessage(world, channel, compose([head, ...rest]));
    const alerts = claim.rows.length;
    if (sent.ok) world.log.info("alerts.sent", { channel: channel.name, alerts });
    else world.log.warn("alerts.failed", { channel: channel.name, alerts, error: sent.error });
    const nextAt = await settleClaim(world, channel, claim, sent);
    if (nextAt === null) return;
    if (nextAt > world.now()) return scheduleFlush(world, channel.name, nextAt);
    const token = crypto.randomUUID();
    claim = readClaim(
      world,
      channel,
      token,
      await world.db.raw.batch(claimStatements(world, channel, token)),
    );
  }
  if (claim.flushAt !== null) await scheduleFlush(world, channel.name, claim.flushAt);
}

// One flush on its way is enough, unless this one is needed earlier.
const NOTE_FLUSH = `
UPDATE alert_channels SET flush_at = ?2 WHERE channel = ?1 AND (flush_at IS NULL OR flush_at <= ?3 OR flush_at > ?2 + 1000)
RETURNING channel`;

async function scheduleFlush(world: World, channel: string, at: number): Promise<void> {
  const noted = await world.db.raw.prepare(NOTE_FLUSH).bind(channel, at, world.now()).first();
  if (noted === null) return;
  const delaySeconds = Math.min(86_400, Math.max(0, Math.ceil((at - world.now()) / 1000)));
  await world.env.ALERTS.send({ kind: "flush", channel } satisfies AlertMessage, { delaySeconds });
}
