import type { Config } from "../options.ts";
import { idFor } from "../random.ts";
import { Rows } from "../state/rows.ts";
import type { Store } from "../state/store.ts";
import type { EventRecord } from "../state/types.ts";
import { seedPlaces } from "./places.ts";
import { seedProgram } from "./program.ts";
import { CITIES, EVENT_TITLES } from "./texts.ts";
import { seedWaves } from "./waves.ts";

const DAY_MS = 86_400_000;
export const EVENT_DAYS = 3;

export const isoDate = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The first event begins tomorrow, each further one three weeks later; the second is a draft, and free of charge. */
export function seedEvent(config: Config, store: Store, index: number, seededAt: number): EventRecord {
  const midnight = Math.floor(seededAt / DAY_MS) * DAY_MS;
  const start = midnight + (1 + 21 * index) * DAY_MS;
  const stamp = new Date(midnight - 30 * DAY_MS).toISOString();
  const isDraft = index === 1;
  const round = Math.floor(index / EVENT_TITLES.length);
  const title = EVENT_TITLES[index % EVENT_TITLES.length] ?? EVENT_TITLES[0];
  const event: EventRecord = {
    id: idFor(config.seed, "evt", String(index)),
    organization_id: store.organization.id,
    title: round === 0 ? title : `${title} ${round + 1}`,
    description: "An invented event. Wszystko tutaj jest zmyślone.",
    city: CITIES[index % CITIES.length] ?? CITIES[0],
    timezone: "Europe/Warsaw",
    start_date: isoDate(start),
    end_date: isoDate(start + (EVENT_DAYS - 1) * DAY_MS),
    publish_status: isDraft ? "draft" : "published",
    published_at: isDraft ? null : stamp,
    archived_at: null,
    payment_required: !isDraft,
    created_at: stamp,
    updated_at: stamp,
    participants: new Rows(),
    activities: new Rows(),
    threads: new Rows(),
    locations: new Rows(),
    waves: new Rows(),
    venues: [],
    buildings: [],
    floors: [],
  };
  seedPlaces(config, event, index);
  seedProgram(config, event, index, start);
  seedWaves(config, store, event, index, midnight);
  return event;
}
