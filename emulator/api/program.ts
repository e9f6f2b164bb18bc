import { activityJson, type Json, locationJson, threadJson, waveJson } from "../state/snapshots.ts";
import type { Store } from "../state/store.ts";
import type { EventRecord } from "../state/types.ts";

/** Days × threads × activities. */
export function programDays(event: EventRecord): Json[] {
  const days = [...new Set(event.activities.all().map((activity) => activity.day))].sort();
  return days.map((date) => ({
    date,
    threads: event.threads.all().map((thread) => ({
      id: thread.id,
      name: thread.name,
      activities: event.activities
        .all()
        .filter((activity) => activity.day === date && activity.thread_id === thread.id)
        .map((activity) => activityJson(activity, event)),
    })),
  }));
}

/** The whole program in one object. */
export function programJson(event: EventRecord, store: Store): Json {
  return {
    event_id: event.id,
    days: programDays(event),
    threads: event.threads.all().map(threadJson),
    venues: event.venues.map(({ id, name }) => ({ id, name })),
    buildings: event.buildings.map(({ id, name, parent_id }) => ({ id, name, venue_id: parent_id })),
    floors: event.floors.map(({ id, name, parent_id }) => ({ id, name, building_id: parent_id })),
    locations: event.locations.all().map((location) => locationJson(location, event)),
    registration_waves: event.waves.all().map(waveJson),
    roles: store.roles,
  };
}
