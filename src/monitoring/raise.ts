import type { World } from "../world.ts";

export interface Condition {
  /** What an alert rule names: `suspension_suspected`, `refresh_failures`, … */
  readonly name: string;
  /** What it is about where one name is raised for several, else empty. */
  readonly subject?: string;
  /** For people: no personal data, no secret. */
  readonly text: string;
}

/** What the alerts hear of: a signal as it stands in its row. */
interface News {
  readonly name: string;
  readonly subject: string;
  readonly text: string;
  readonly raisedAt: number;
  readonly resolvedAt: number | null;
}

/**
 * Tells the alerts. The row remembers that they heard: what a crash or a refusing queue left untold, the next look of
 * the watchdog tells. Twice is harmless, since the message carries the time of the change.
 */
async function tell(world: World, { name, subject, text, raisedAt, resolvedAt }: News): Promise<void> {
  await world.env.ALERTS.send({
    kind: "signal",
    signal: name,
    state: resolvedAt === null ? "raised" : "resolved",
    text,
    at: resolvedAt ?? raisedAt,
    subject,
  });
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

/** Raises a signal, once: while it is open nothing more is sent. @returns whether it is new. */
export async function raiseSignal(world: World, { name, subject = "", text }: Condition): Promise<boolean> {
  const raisedAt = world.now();
  const { meta } = await world.db.raw
    .prepare(
      `INSERT INTO signals (name, subject, raised_at, text) SELECT ?1, ?2, ?3, ?4
       WHERE NOT EXISTS (SELECT 1 FROM signals WHERE name = ?1 AND subject = ?2 AND resolved_at IS NULL)`,
    )
    .bind(name, subject, raisedAt, text)
    .run();
  if (meta.changes === 0) return false;
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
