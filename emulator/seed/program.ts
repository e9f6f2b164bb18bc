import type { Config } from "../options.ts";
import { idFor, Random } from "../random.ts";
import type { EventRecord } from "../state/types.ts";
import { EVENT_DAYS, isoDate } from "./event.ts";
import { ACTIVITY_KINDS, THREADS, TOPICS } from "./texts.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SLOT_MS = 45 * 60_000;
/** 07:00 UTC: nine in the morning in Warsaw, in summer. */
const MORNING_MS = 7 * HOUR_MS;

/** Three days × two threads × 8 to 12 activities. */
export function seedProgram(config: Config, event: EventRecord, index: number, start: number): void {
  const random = new Random(`${config.seed}/program/${index}`);
  for (const [name, description] of THREADS) {
    const seq = event.threads.nextSeq();
    const id = idFor(config.seed, "thr", `${index}/${seq}`);
    event.threads.add({ id, seq, name, description, updated_at: event.updated_at });
  }
  for (let day = 0; day < EVENT_DAYS; day++) {
    for (const thread of event.threads.all()) {
      const count = 8 + random.int(5);
      for (let slot = 0; slot < count; slot++) {
        const from = start + day * DAY_MS + MORNING_MS + slot * SLOT_MS;
        addActivity(config, event, { index, threadId: thread.id, from, random });
      }
    }
  }
}

interface Place {
  index: number;
  threadId: string;
  from: number;
  random: Random;
}

function addActivity(config: Config, event: EventRecord, { index, threadId, from, random }: Place): void {
  const seq = event.activities.nextSeq();
  const locations = event.locations.all();
  const location = locations[random.int(locations.length)];
  const capacity = 10 + 5 * random.int(6);
  event.activities.add({
    id: idFor(config.seed, "act", `${index}/${seq}`),
    seq,
    thread_id: threadId,
    location_id: location?.id ?? "",
    title: `${TOPICS[(seq - 1) % TOPICS.length] ?? TOPICS[0]}${seq > TOPICS.length ? ` (${Math.ceil(seq / TOPICS.length)})` : ""}`,
    description: "Opis zastępczy. A placeholder description.",
    kind: random.pick(ACTIVITY_KINDS),
    status: "scheduled",
    day: isoDate(from),
    start_at: new Date(from).toISOString(),
    end_at: new Date(from + SLOT_MS - 5 * 60_000).toISOString(),
    capacity,
    signed_up_count: 0,
    updated_at: event.updated_at,
  });
}
