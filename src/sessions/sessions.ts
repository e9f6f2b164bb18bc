import type { AppContext } from "../app-env.ts";
import { randomToken, sha256Hex } from "../lib/encoding.ts";
import type { World } from "../world.ts";
import { clearSessionCookie, readSessionCookies, type SessionKind, writeSessionCookie } from "./cookie.ts";

export interface Session {
  readonly kind: SessionKind;
  /** Organization id, user id, or who the operator is. */
  readonly subject: string;
  readonly eventId: string | null;
  /** Our clock, epoch ms. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

interface SessionRow {
  kind: SessionKind;
  subject: string;
  event_id: string | null;
  created_at: number;
  expires_at: number;
}

export interface OpeningSession {
  readonly kind: SessionKind;
  readonly subject: string;
  readonly eventId?: string;
  readonly lifetimeMs: number;
  /** The page is shown inside the Revento app. */
  readonly inFrame?: boolean;
}

/** What tells sessions of one browser apart: an organizer's by organization, a participant's by event. */
const scopeOf = ({
  kind,
  subject,
  eventId,
}: {
  kind: SessionKind;
  subject: string;
  eventId?: string | null;
}) => (kind === "organizer" ? subject : (eventId ?? ""));

/** Signs this browser in. The id is always new, so that nobody can have put it there beforehand. */
export async function openSession(c: AppContext, opening: OpeningSession): Promise<void> {
  const world = c.get("world");
  const id = randomToken();
  const now = world.now();
  await world.db.raw
    .prepare(
      "INSERT INTO sessions (id_hash, kind, subject, event_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(
      await sha256Hex(id),
      opening.kind,
      opening.subject,
      opening.eventId ?? null,
      now,
      now + opening.lifetimeMs,
    )
    .run();
  await writeSessionCookie(c, { kind: opening.kind, scope: scopeOf(opening) }, id, {
    inFrame: opening.inFrame ?? false,
    maxAgeS: Math.floor(opening.lifetimeMs / 1000),
  });
}

/** The sessions of a kind that this browser holds and that still run, newest first. */
export async function findSessions(c: AppContext, kind: SessionKind): Promise<readonly Session[]> {
  const ids = await readSessionCookies(c, kind);
  if (ids.length === 0) return [];
  const world = c.get("world");
  const hashes = await Promise.all(ids.map(sha256Hex));
  const { results } = await world.db.raw
    .prepare(
      `SELECT kind, subject, event_id, created_at, expires_at FROM sessions
       WHERE id_hash IN (SELECT value FROM json_each(?1)) AND kind = ?2 AND expires_at > ?3
       ORDER BY created_at DESC, expires_at DESC`,
    )
    .bind(JSON.stringify(hashes), kind, world.now())
    .all<SessionRow>();
  return results.map((row) => ({
    kind: row.kind,
    subject: row.subject,
    eventId: row.event_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }));
}

/** This browser's session of a kind for a subject, or null. */
export async function findSession(
  c: AppContext,
  kind: SessionKind,
  subject: string,
): Promise<Session | null> {
  const sessions = await findSessions(c, kind);
  return sessions.find((session) => session.subject === subject) ?? null;
}

/** Ends sessions in the database: of a subject, or of a subject in one event. Every browser is signed out of them. */
export async function endSessions(
  world: World,
  which: { readonly kind: SessionKind; readonly subject: string; readonly eventId?: string | undefined },
): Promise<void> {
  await world.db.raw
    .prepare("DELETE FROM sessions WHERE kind = ?1 AND subject = ?2 AND (?3 IS NULL OR event_id = ?3)")
    .bind(which.kind, which.subject, which.eventId ?? null)
    .run();
}

/** Ends this browser's sessions of a kind that `which` chooses, and takes their cookies back. */
export async function endOwnSessions(
  c: AppContext,
  kind: SessionKind,
  which: (session: Session) => boolean = () => true,
): Promise<void> {
  const ids = await readSessionCookies(c, kind);
  const hashes = await Promise.all(ids.map(sha256Hex));
  const sessions = (await findSessions(c, kind)).filter(which);
  await c
    .get("world")
    .db.raw.prepare(
      `DELETE FROM sessions WHERE id_hash IN (SELECT value FROM json_each(?1)) AND kind = ?2
       AND (subject, coalesce(event_id, '')) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3))`,
    )
    .bind(
      JSON.stringify(hashes),
      kind,
      JSON.stringify(sessions.map(({ subject, eventId }) => [subject, eventId ?? ""])),
    )
    .run();
  for (const session of sessions) await clearSessionCookie(c, { kind, scope: scopeOf(session) });
}
