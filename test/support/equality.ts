import { expect } from "vitest";
import {
  activityJson,
  eventJson,
  locationJson,
  participantJson,
  threadJson,
  waveJson,
} from "../../emulator/state/snapshots.ts";
import { isListed } from "../../emulator/state/store.ts";
import type { Stage } from "./stage.ts";
import { rowsOf } from "./webhooks.ts";

/** The two sides that are compared. */
type Sides = Pick<Stage, "connection"> & { readonly emulator: Pick<Stage["emulator"], "state"> };

const ms = (iso: unknown): number | null => (typeof iso === "string" ? Date.parse(iso) : null);

interface Person {
  id: string;
  extra: string;
  custom_form_fields: string;
}

/** Fields with columns of the same name and form, and those that are compared apart. */
const NAMED = ["id", "user_id", "display_name", "email", "role", "application_id", "application_status"];
const APART = ["event_id", "registered_at", "custom_form_fields", "updated_at"];

const eventOf = (stage: Sides) => {
  const event = stage.emulator.state.store.events.get(stage.connection.eventId);
  if (event === undefined) throw new Error("the event is gone");
  return event;
};

/** Every listed participant is in the mirror with all of its fields, and nobody else is present. */
export async function expectSamePeople(stage: Sides, hint: string): Promise<void> {
  const { store } = stage.emulator.state;
  const theirs = eventOf(stage)
    .participants.all()
    .filter(isListed)
    .map((row) => participantJson(row, store));
  const ours = await rowsOf<Person>(
    "SELECT * FROM participants WHERE connection_id = ? AND state = 'present'",
    stage.connection.id,
  );
  const shown = new Map(ours.map((row) => [row.id, row]));
  for (const person of theirs) {
    const row = shown.get(String(person.id));
    expect(row, `${hint}: ${person.id} is missing`).toBeDefined();
    const named = Object.fromEntries(NAMED.map((key) => [key, person[key]]));
    const rest = Object.entries(person).filter(([key]) => !NAMED.includes(key) && !APART.includes(key));
    expect(row, `${hint}: ${person.id}`).toMatchObject({ ...named, registered_at: ms(person.registered_at) });
    expect(JSON.parse(row?.extra ?? "{}"), `${hint}: ${person.id}`).toEqual(Object.fromEntries(rest));
    expect(JSON.parse(row?.custom_form_fields ?? "{}"), `${hint}: ${person.id}`).toEqual(
      person.custom_form_fields,
    );
  }
  expect([...shown.keys()].sort(), hint).toEqual(theirs.map(({ id }) => String(id)).sort());
}

/** The event, activities, threads, locations and waves are those of Revento. */
export async function expectSameProgram(stage: Sides, hint: string): Promise<void> {
  const event = eventOf(stage);
  const { store } = stage.emulator.state;
  const theirs: Record<string, unknown[]> = {
    event: [eventJson(event, store)],
    activity: event.activities.all().map((row) => activityJson(row, event)),
    thread: event.threads.all().map(threadJson),
    location: event.locations.all().map((row) => locationJson(row, event)),
    registration_wave: event.waves.all().map(waveJson),
  };
  const ours = await rowsOf<{ kind: string; id: string; data: string }>(
    "SELECT kind, id, data FROM resources WHERE connection_id = ? AND state = 'present' ORDER BY kind, id",
    stage.connection.id,
  );
  for (const [kind, rows] of Object.entries(theirs)) {
    const byId = (list: unknown[]) => [...(list as { id: string }[])].sort((a, b) => (a.id < b.id ? -1 : 1));
    const mirrored = ours.filter((row) => row.kind === kind).map(({ data }) => JSON.parse(data));
    expect(byId(mirrored), `${hint}: ${kind}`).toEqual(byId(rows));
  }
}

/** The whole event as Revento has it. */
export async function expectSame(stage: Stage, hint: string): Promise<void> {
  await expectSamePeople(stage, hint);
  await expectSameProgram(stage, hint);
}
