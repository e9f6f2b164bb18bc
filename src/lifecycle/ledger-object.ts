import { DurableObject } from "cloudflare:workers";
import type { Env } from "../bindings.ts";
import { randomToken } from "../lib/encoding.ts";
import type { Erasure, ErasureProof, PlatformEvent, RequestedErasure, TakenErasure } from "./ledger-shape.ts";

const CREATE = `
CREATE TABLE IF NOT EXISTS erasures (id TEXT PRIMARY KEY, requested_at INTEGER NOT NULL, completed_at INTEGER, entry TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS erasures_requested ON erasures (requested_at, id);
CREATE INDEX IF NOT EXISTS erasures_open ON erasures (requested_at, id) WHERE completed_at IS NULL;
CREATE TABLE IF NOT EXISTS platform (key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key, at));
CREATE TABLE IF NOT EXISTS revoked_doors (key_hash TEXT PRIMARY KEY, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);`;

/** A job that waited may run this much before its time: the clocks of two machines differ, by less than any wait. */
const CLOCK_SLACK_MS = 2_000;

/**
 * The erasure ledger, a single object outside the database, so that a restored database cannot forget what was
 * erased and revoked. It holds ids of connections, counts and hashes of door keys: nothing about a person.
 */
export class LedgerObject extends DurableObject<Env> {
  private readonly sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(CREATE);
  }

  /** Enters an erasure; one that is known already stays as it is. */
  request(asked: RequestedErasure): Erasure {
    const known = this.find(asked.id);
    if (known !== null) return known;
    return this.put({
      ...asked,
      erasedAt: null,
      completedAt: null,
      reappliedAt: null,
      counts: {},
      proof: null,
    });
  }

  find(id: string): Erasure | null {
    const [row] = this.sql.exec<{ entry: string }>("SELECT entry FROM erasures WHERE id = ?", id).toArray();
    return row === undefined ? null : (JSON.parse(row.entry) as Erasure);
  }

  /**
   * Begins a job of an erasure at `now`. Where another one waits for its time, this one has nothing to do: however many
   * jobs there are of one erasure, one of them goes on.
   */
  take(id: string, now: number): TakenErasure {
    const erasure = this.find(id);
    if (erasure === null) return { kind: "unknown" };
    if ((erasure.nextJobAt ?? 0) > now + CLOCK_SLACK_MS) return { kind: "waits_elsewhere" };
    return { kind: "taken", erasure: this.put({ ...erasure, nextJobAt: now }) };
  }

  /** Notes when the next job of erasures is to run: until then, and a while longer, none is asked for. */
  expectJobs(ids: readonly string[], at: number): void {
    for (const id of ids) {
      const erasure = this.find(id);
      if (erasure !== null) this.put({ ...erasure, nextJobAt: at });
    }
  }

  /** Adds to what was erased, by table. */
  count(id: string, counts: Readonly<Record<string, number>>): void {
    const entry = this.find(id);
    if (entry === null) return;
    const sum: Record<string, number> = { ...entry.counts };
    for (const [table, rows] of Object.entries(counts)) sum[table] = (sum[table] ?? 0) + rows;
    this.put({ ...entry, counts: sum });
  }

  /** Records a second look that found nothing. With `isFinal` the entry is complete: no queue can hold anything any more. */
  prove(id: string, proof: ErasureProof, isFinal: boolean): void {
    const entry = this.find(id);
    if (entry === null) return;
    this.put({
      ...entry,
      proof,
      erasedAt: entry.erasedAt ?? proof.lookedAt,
      completedAt: isFinal ? (entry.completedAt ?? proof.lookedAt) : entry.completedAt,
    });
  }

  markReapplied(id: string, at: number): void {
    const entry = this.find(id);
    if (entry !== null) this.put({ ...entry, reappliedAt: at });
  }

  /** Newest first, after (requestedAt, id). */
  list(limit: number, after: { readonly requestedAt: number; readonly id: string } | null): Erasure[] {
    return this.sql
      .exec<{ entry: string }>(
        "SELECT entry FROM erasures WHERE (requested_at, id) < (?, ?) ORDER BY requested_at DESC, id DESC LIMIT ?",
        after?.requestedAt ?? Number.MAX_SAFE_INTEGER,
        after?.id ?? "",
        limit,
      )
      .toArray()
      .map(({ entry }) => JSON.parse(entry) as Erasure);
  }

  /** Those whose rows are not known to be gone, oldest first, requested before `before`. */
  listOpen(limit: number, before: number): Erasure[] {
    return this.sql
      .exec<{ entry: string }>(
        `SELECT entry FROM erasures WHERE completed_at IS NULL AND requested_at < ?
           AND entry ->> '$.erasedAt' IS NULL
         ORDER BY requested_at, id LIMIT ?`,
        before,
        limit,
      )
      .toArray()
      .map(({ entry }) => JSON.parse(entry) as Erasure);
  }

  /**
   * Those that have something left to do and no job to do it, oldest first: not erased yet, or requested up to
   * `finalUpTo` and due for their last look. A job that was to run by `lostUpTo` is taken for lost.
   */
  listDue(limit: number, finalUpTo: number, lostUpTo: number): string[] {
    return this.sql
      .exec<{ id: string }>(
        `SELECT id FROM erasures WHERE completed_at IS NULL
           AND (entry ->> '$.erasedAt' IS NULL OR requested_at <= ?)
           AND coalesce(entry ->> '$.nextJobAt', 0) <= ?
         ORDER BY requested_at, id LIMIT ?`,
        finalUpTo,
        lostUpTo,
        limit,
      )
      .toArray()
      .map(({ id }) => id);
  }

  rememberPlatform(event: PlatformEvent): void {
    this.sql.exec("INSERT OR IGNORE INTO platform (key, at) VALUES (?, ?)", event.key, event.at);
  }

  platformEvents(): PlatformEvent[] {
    return this.sql
      .exec<{ key: PlatformEvent["key"]; at: number }>("SELECT key, at FROM platform ORDER BY at")
      .toArray();
  }

  /** Remembers that a door link was revoked, until it would have ended by itself; forgets those that have by `now`. */
  rememberRevokedDoor(keyHash: string, until: number, now: number): void {
    this.sql.exec("DELETE FROM revoked_doors WHERE until <= ?", now);
    this.sql.exec("INSERT OR IGNORE INTO revoked_doors (key_hash, until) VALUES (?, ?)", keyHash, until);
  }

  /** The hashes of the keys of revoked door links. */
  revokedDoors(): string[] {
    return this.sql
      .exec<{ key_hash: string }>("SELECT key_hash FROM revoked_doors")
      .toArray()
      .map(({ key_hash }) => key_hash);
  }

  /** The key that ids are hashed with: outside the database, so that a copy of it tells nothing. Made once. */
  pepper(): string {
    this.sql.exec("INSERT OR IGNORE INTO secrets (name, value) VALUES ('pepper', ?)", randomToken());
    const { value } = this.sql
      .exec<{ value: string }>("SELECT value FROM secrets WHERE name = 'pepper'")
      .one();
    return value;
  }

  private put(entry: Erasure): Erasure {
    this.sql.exec(
      `INSERT INTO erasures (id, requested_at, completed_at, entry) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET completed_at = excluded.completed_at, entry = excluded.entry`,
      entry.id,
      entry.requestedAt,
      entry.completedAt,
      JSON.stringify(entry),
    );
    return entry;
  }
}
