import type { World } from "../../world.ts";
import { ledgerOf } from "../ledger.ts";
import type { Erasure } from "../ledger-shape.ts";
import { sendErasureJobs } from "./jobs.ts";

const PAGE = 100;

// A restored row of an erased life: as it was after the erasure was requested. A life that began since has another id.
const END_AGAIN = `
UPDATE connections SET state = 'ended', reason = ?2, ended_at = coalesce(ended_at, ?3), deletion_requested_at = ?3,
  erased_at = NULL
WHERE id = ?1`;

const GUARD_AGAIN = "UPDATE guards SET state = 'ended' WHERE connection_id = ?1";

/**
 * After a restore of the database: applies the whole ledger again. Rows that came back are erased, endings and
 * suspensions that the copy does not know are entered, revoked door links stay revoked, and everybody signs in again.
 * @returns how many erasures were started again.
 */
export async function reapplyErasures(world: World): Promise<number> {
  const ledger = ledgerOf(world);
  const { raw } = world.db;
  const events = await ledger.platformEvents();
  await raw.batch([
    ...events.map(({ key, at }) =>
      raw.prepare("INSERT INTO platform_state (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING").bind(key, at),
    ),
    // Who withdrew or signed out since the copy was made is not in the ledger, which holds nothing about people.
    raw.prepare("DELETE FROM sessions WHERE created_at <= ?").bind(world.now()),
    raw
      .prepare(
        `UPDATE door_links SET revoked_at = coalesce(revoked_at, ?2)
         WHERE key_hash IN (SELECT value FROM json_each(?1))`,
      )
      .bind(JSON.stringify(await ledgerOf(world).revokedDoors()), world.now()),
    raw.prepare("DELETE FROM caches WHERE expires_at IS NOT NULL"),
  ]);
  let applied = 0;
  let after: { requestedAt: number; id: string } | null = null;
  for (;;) {
    const page: Erasure[] = await ledgerOf(world).list(PAGE, after);
    for (const erasure of page) await reapply(world, erasure);
    applied += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return applied;
    after = { requestedAt: last.requestedAt, id: last.id };
  }
}

async function reapply(world: World, { id, reason, requestedAt }: Erasure): Promise<void> {
  const { raw } = world.db;
  await raw.batch([raw.prepare(END_AGAIN).bind(id, reason, requestedAt), raw.prepare(GUARD_AGAIN).bind(id)]);
  await ledgerOf(world).markReapplied(id, world.now());
  await sendErasureJobs(world, [id]);
}
