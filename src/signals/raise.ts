import { bounded } from "../lib/bounded.ts";
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

const TELL_LIMIT_MS = 2_000;

/**
 * Tells the alerts. The row remembers that they heard: what a crash or a refusing queue left untold, the next look of
 * the watchdog tells. Twice is harmless, since the message carries the time of the change.
 * @returns whether they heard; never throws.
 */
async function tell(world: World, news: News): Promise<boolean> {
  const { name, subject, text, raisedAt, resolvedAt } = news;
  const change = isRaised(news)
    ? { state: "raised" as const, at: raisedAt }
    : { state: "resolved" as const, at: resolvedAt ?? raisedAt };
  try {
    const sent = world.env.ALERTS.send({ kind: "signal", signal: name, text, subject, ...change });
    await bounded(sent, TELL_LIMIT_MS, "ALERTS.send");
    await world.db.raw
      .prepare(
        `UPDATE signals SET told_at = ?5 WHERE name = ?1 AND subject = ?2 AND raised_at = ?3
         AND resolved_at IS ?4`,
      )
      .bind(name, subject, raisedAt, resolvedAt, world.now())
      .run();
    return true;
  } catch (error) {
    world.log.warn("signal.not_told", { name, subject, error: String(error) });
    return false;
  }
}

/** Tells what was raised or resolved and never told, as long as the alerts hear. */
export async function tellUntold(world: World): Promise<void> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT name, subject, text, raised_at AS raisedAt, resolved_at AS resolvedAt FROM signals
       WHERE told_at IS NULL ORDER BY raised_at LIMIT 100`,
    )
    .all<News>();
  for (const news of results) if (!(await tell(world, news))) return;
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
  const row = await world.db.raw
    .prepare(
      // The clock of whoever resolves may be behind: what was over before it was raised is a moment.
      `UPDATE signals SET resolved_at = max(raised_at, ?3), told_at = NULL
       WHERE name = ?1 AND subject = ?2 AND resolved_at IS NULL
       RETURNING text, raised_at AS raisedAt, resolved_at AS resolvedAt`,
    )
    .bind(name, subject, world.now())
    .first<{ text: string; raisedAt: number; resolvedAt: number }>();
  if (row === null) return false;
  world.log.info("signal.resolved", { name, subject });
  await tell(world, { name, subject, ...row });
  return true;
}

/**
 * The statement that remembers a moment, behind the statement that makes it true in one transaction: nothing is
 * remembered where that one changed nothing. It returns the row's `raisedAt`, a little later than `at` where another
 * moment of that subject has this time already; `tellMoment` tells it once it is committed.
 */
export function insertMoment(world: World, { name, subject, text, at }: Moment): D1PreparedStatement {
  return world.db.raw
    .prepare(
      `INSERT INTO signals (name, subject, raised_at, resolved_at, text)
       SELECT ?1, ?2, m.at, m.at - 1, ?4 FROM (SELECT max(?3, coalesce(
         (SELECT max(raised_at) + 1 FROM signals WHERE name = ?1 AND subject = ?2), 0)) AS at) m
       WHERE changes() > 0 RETURNING raised_at AS raisedAt`,
    )
    .bind(name, subject, at, text);
}

/** Tells a moment as its row has it. Never throws: what could not be told now, the next look of the watchdog tells. */
export async function tellMoment(world: World, { name, subject, text, at }: Moment): Promise<void> {
  await tell(world, { name, subject, text, raisedAt: at, resolvedAt: at - 1 });
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
