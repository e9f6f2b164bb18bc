import type { World } from "../world.ts";

export interface Condition {
  /** What an alert rule names: `suspension_suspected`, `refresh_failures`, … */
  readonly name: string;
  /** What it is about where one name is raised for several, else empty. */
  readonly subject?: string;
  /** For people: no personal data, no secret. */
  readonly text: string;
}

/** A condition that lasts no time, such as the end of a connection: told as raised, and never open. */
export interface Moment extends Required<Condition> {
  /** Our clock, epoch ms. */
  readonly at: number;
}

/** What the alerts hear of: a signal as it stands in its row. */
interface News {
  readonly name: string;
  readonly subject: string;
  readonly text: string;
  readonly raisedAt: number;
  readonly resolvedAt: number | null;
}

// The row of a moment was over before it was raised: that is how it is told from a condition that was resolved.
const isRaised = ({ raisedAt, resolvedAt }: News): boolean => resolvedAt === null || resolvedAt < raisedAt;

/**
 * Tells the alerts. The row remembers that they heard: what a crash or a refusing queue left untold, the next look of
 * the watchdog tells. Twice is harmless, since the message carries the time of the change.
 */
async function tell(world: World, news: News): Promise<void> {
  const { name, subject, text, raisedAt, resolvedAt } = news;
  const change = isRaised(news)
    ? { state: "raised" as const, at: raisedAt }
    : { state: "resolved" as const, at: resolvedAt ?? raisedAt };
  await world.env.ALERTS.send({ kind: "signal", signal: name, text, subject, ...change });
  await world.db.raw
    .prepare(
      `UPDATE signals SET told_at = ?5 WHERE name = ?1 AND subject = ?2 AND raised_at = ?3
       AND resolved_at IS ?4`,
    )
    .bind(name, subject, raisedAt, resolvedAt, world.now())
    .run();
}

/** Tells what was raised or resolved and never told. */
export async function tellUntold(world: World): Promise<void> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT name, subject, text, raised_at AS raisedAt, resolved_at AS resolvedAt FROM signals
       WHERE told_at IS NULL ORDER BY raised_at LIMIT 100`,
    )
    .all<News>();
  for (const news of results) await tell(world, news);
}

/** Raises a signal, once: while it is open nothing more is sent, and its text follows. @returns whether it is new. */
export async function raiseSignal(world: World, { name, subject = "", text }: Condition): Promise<boolean> {
  const raisedAt = world.now();
  const [inserted] = await world.db.raw.batch([
    world.db.raw
      .prepare(
        `INSERT INTO signals (name, subject, raised_at, text) SELECT ?1, ?2, ?3, ?4
         WHERE NOT EXISTS (SELECT 1 FROM signals WHERE name = ?1 AND subject = ?2 AND resolved_at IS NULL)`,
      )
      .bind(name, subject, raisedAt, text),
    world.db.raw
      .prepare(
        "UPDATE signals SET text = ?3 WHERE name = ?1 AND subject = ?2 AND resolved_at IS NULL AND text <> ?3",
      )
      .bind(name, subject, text),
  ]);
  if ((inserted?.meta.changes ?? 0) === 0) return false;
  world.log.warn("signal.raised", { name, subject });
  await tell(world, { name, subject, text, raisedAt, resolvedAt: null });
  return true;
}

/** Resolves a signal where it is open. @returns whether it was. */
export async function resolveSignal(world: World, name: string, subject = ""): Promise<boolean> {
  const resolvedAt = world.now();
  const row = await world.db.raw
    .prepare(
      `UPDATE signals SET resolved_at = ?3, told_at = NULL WHERE name = ?1 AND subject = ?2 AND resolved_at IS NULL
       RETURNING text, raised_at AS raisedAt`,
    )
    .bind(name, subject, resolvedAt)
    .first<{ text: string; raisedAt: number }>();
  if (row === null) return false;
  world.log.info("signal.resolved", { name, subject });
  await tell(world, { name, subject, ...row, resolvedAt });
  return true;
}

/**
 * The statement that remembers a moment, behind the statement that makes it true in one transaction: nothing is
 * remembered where that one changed nothing. `tellMoment` tells it once it is committed.
 */
export function insertMoment(world: World, { name, subject, text, at }: Moment): D1PreparedStatement {
  return world.db.raw
    .prepare(
      `INSERT INTO signals (name, subject, raised_at, resolved_at, text) SELECT ?1, ?2, ?3, ?3 - 1, ?4
       WHERE changes() > 0 ON CONFLICT DO NOTHING`,
    )
    .bind(name, subject, at, text);
}

/** Tells a moment. Never throws: what could not be told now, the next look of the watchdog tells. */
export async function tellMoment(world: World, { name, subject, text, at }: Moment): Promise<void> {
  try {
    await tell(world, { name, subject, text, raisedAt: at, resolvedAt: at - 1 });
  } catch (error) {
    world.log.warn("signal.not_told", { name, subject, error: String(error) });
  }
}

export interface OpenSignal {
  readonly name: string;
  readonly subject: string;
  readonly raisedAt: number;
  readonly text: string;
}

/** What asks for an operator now, longest standing first. */
export async function listOpenSignals(world: World, limit = 100): Promise<readonly OpenSignal[]> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT name, subject, raised_at AS raisedAt, text FROM signals WHERE resolved_at IS NULL
       ORDER BY raised_at LIMIT ?`,
    )
    .bind(limit)
    .all<OpenSignal>();
  return results;
}
