import type { Config } from "../options.ts";
import { idFor } from "../random.ts";
import type { Store } from "../state/store.ts";
import type { EventRecord } from "../state/types.ts";

const DAY_MS = 86_400_000;

/** Name, status, first and last day relative to the seed's day, places. */
const WAVES = [
  ["Early birds", "closed", -30, -14, 20],
  ["Rejestracja główna", "open", -14, 14, 200],
  ["Last call", "scheduled", 14, 20, 30],
  ["Lista rezerwowa", "draft", 20, 21, 10],
] as const;

/** Registration waves at several stages of their life. */
export function seedWaves(
  config: Config,
  store: Store,
  event: EventRecord,
  index: number,
  midnight: number,
): void {
  const at = (days: number) => new Date(midnight + days * DAY_MS).toISOString();
  for (const [name, status, opens, closes, capacity] of WAVES) {
    const seq = event.waves.nextSeq();
    event.waves.add({
      id: idFor(config.seed, "wav", `${index}/${seq}`),
      seq,
      name,
      status,
      opens_at: at(opens),
      closes_at: at(closes),
      capacity,
      role_ids: store.roles.slice(0, 2).map((role) => role.id),
      updated_at: event.updated_at,
    });
  }
}
