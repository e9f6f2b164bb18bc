import type { Config } from "../options.ts";
import { idFor } from "../random.ts";
import type { EventRecord } from "../state/types.ts";
import { ROOMS, VENUES } from "./texts.ts";

const FLOORS = ["Parter / Ground floor", "Piętro 1"] as const;

/** Venues with buildings, floors and rooms: 3 buildings of 2 floors, with 2 rooms each. */
export function seedPlaces(config: Config, event: EventRecord, index: number): void {
  const id = (prefix: string, label: string) => idFor(config.seed, prefix, `${index}/${label}`);
  for (const [venueName, buildings] of VENUES) {
    const venue = { id: id("ven", venueName), name: venueName, parent_id: null };
    event.venues.push(venue);
    for (const buildingName of buildings) {
      const label = `${venueName}/${buildingName}`;
      const building = { id: id("bld", label), name: buildingName, parent_id: venue.id };
      event.buildings.push(building);
      for (const floorName of FLOORS) {
        const floor = { id: id("flr", `${label}/${floorName}`), name: floorName, parent_id: building.id };
        event.floors.push(floor);
        addRooms(event, floor.id, id);
      }
    }
  }
}

function addRooms(event: EventRecord, floorId: string, id: (prefix: string, label: string) => string): void {
  for (let room = 0; room < 2; room++) {
    const seq = event.locations.nextSeq();
    event.locations.add({
      id: id("loc", String(seq)),
      seq,
      name: `${ROOMS[(seq - 1) % ROOMS.length] ?? ROOMS[0]} ${seq}`,
      kind: room === 0 ? "hall" : "classroom",
      capacity: room === 0 ? 120 : 24,
      floor_id: floorId,
      updated_at: event.updated_at,
    });
  }
}
