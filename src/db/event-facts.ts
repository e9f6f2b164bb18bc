import * as z from "zod/mini";
import type { World } from "../world.ts";
import { databaseFor } from "./client.ts";

/** What pages say of an event. Times are epoch ms; of a day, when it begins in UTC. */
export interface EventFacts {
  readonly name: string | null;
  readonly from: number | null;
  readonly to: number | null;
  /** `from` and `to` are days of the calendar, not moments. */
  readonly areDays: boolean;
  readonly timeZone: string | null;
  readonly isUnpublished: boolean;
}

const eventShape = z.looseObject({
  title: z.nullish(z.string()),
  name: z.nullish(z.string()),
  start_date: z.nullish(z.string()),
  end_date: z.nullish(z.string()),
  timezone: z.nullish(z.string()),
  publish_status: z.nullish(z.string()),
});

const UNKNOWN: EventFacts = {
  name: null,
  from: null,
  to: null,
  areDays: false,
  timeZone: null,
  isUnpublished: false,
};

const timeOf = (value: string | null | undefined): number | null => {
  const at = Date.parse(value ?? "");
  return Number.isNaN(at) ? null : at;
};

const isDay = (value: string | null | undefined): boolean => /^\d{4}-\d{2}-\d{2}$/.test(value ?? "");

/** Reads Revento's event, as mirrored or as cached; what does not fit is unknown and breaks nothing. */
export function readEventFacts(json: string | null): EventFacts {
  const parsed = eventShape.safeParse(parse(json));
  if (!parsed.success) return UNKNOWN;
  const event = parsed.data;
  return {
    name: event.title ?? event.name ?? null,
    from: timeOf(event.start_date),
    to: timeOf(event.end_date),
    areDays: isDay(event.start_date ?? event.end_date),
    timeZone: event.timezone ?? null,
    isUnpublished: event.publish_status === "unpublished",
  };
}

function parse(json: string | null): unknown {
  try {
    return JSON.parse(json ?? "null");
  } catch {
    return null;
  }
}

/** What the mirror knows of a connection's event. */
export async function findEventFacts(world: World, connectionId: string): Promise<EventFacts> {
  const data = await databaseFor(world, connectionId)
    .raw.prepare("SELECT data FROM resources WHERE connection_id = ? AND kind = 'event' LIMIT 1")
    .bind(connectionId)
    .first<string>("data");
  return readEventFacts(data);
}
