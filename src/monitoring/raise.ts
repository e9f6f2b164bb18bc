import type { World } from "../world.ts";

export interface Condition {
  /** What an alert rule names: `suspension_suspected`, `refresh_failures`, … */
  readonly name: string;
  /** What it is about where one name is raised for several, else empty. */
  readonly subject?: string;
  /** For people: no personal data, no secret. */
  readonly text: string;
}

/** Raises a signal, once: while it is open nothing more is sent. @returns whether it is new. */
export async function raiseSignal(world: World, { name, subject = "", text }: Condition): Promise<boolean> {
  const at = world.now();
  const { meta } = await world.db.raw
    .prepare(
      `INSERT INTO signals (name, subject, raised_at, text) SELECT ?1, ?2, ?3, ?4
       WHERE NOT EXISTS (SELECT 1 FROM signals WHERE name = ?1 AND subject = ?2 AND resolved_at IS NULL)`,
    )
    .bind(name, subject, at, text)
    .run();
  if (meta.changes === 0) return false;
  world.log.warn("signal.raised", { name, subject });
  await world.env.ALERTS.send({ kind: "signal", signal: name, state: "raised", text, at, subject });
  return true;
}

/** Resolves a signal where it is open. @returns whether it was. */
export async function resolveSignal(world: World, name: string, subject = ""): Promise<boolean> {
  const at = world.now();
  const row = await world.db.raw
    .prepare(
      "UPDATE signals SET resolved_at = ?3 WHERE name = ?1 AND subject = ?2 AND resolved_at IS NULL RETURNING text",
    )
    .bind(name, subject, at)
    .first<{ text: string }>();
  if (row === null) return false;
  world.log.info("signal.resolved", { name, subject });
  await world.env.ALERTS.send({
    kind: "signal",
    signal: name,
    state: "resolved",
    text: row.text,
    at,
    subject,
  });
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
