import * as z from "zod/mini";

/** The program as a page needs it. */
export interface ProgramActivity {
  readonly id: string;
  readonly title: string;
  readonly thread: string | null;
  readonly place: string | null;
  /** Epoch ms. */
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly isFull: boolean;
  readonly isOff: boolean;
}

export interface ProgramDay {
  /** ISO date, as Revento names it. */
  readonly date: string;
  readonly activities: readonly ProgramActivity[];
}

// Days × threads × activities is all that the contract says of its inner form: whatever does not fit is left out, and
// never breaks the page.
const text = z.nullish(z.string());
const activityShape = z.looseObject({
  id: z.string(),
  title: text,
  name: text,
  status: text,
  starts_at: text,
  start_at: text,
  ends_at: text,
  end_at: text,
  location: z.nullish(z.unknown()),
  thread: z.nullish(z.unknown()),
  capacity_state: text,
});
type Activity = z.infer<typeof activityShape>;

const OFF = new Set(["cancelled", "canceled", "removed", "withdrawn"]);

/** Reads the days of a program, each in the order of time. */
export function readProgramDays(program: unknown): readonly ProgramDay[] {
  return listIn(program, ["days", "data"])
    .map(readDay)
    .filter((day) => day.activities.length > 0);
}

function readDay(day: unknown): ProgramDay {
  const own = listIn(day, ["activities"]).map((activity) => readActivity(activity, null));
  const threaded = listIn(day, ["threads"]).flatMap((thread) =>
    listIn(thread, ["activities"]).map((activity) => readActivity(activity, nameIn(thread))),
  );
  const activities = [...own, ...threaded].filter((activity) => activity !== null);
  activities.sort((a, b) => (a.startsAt ?? 0) - (b.startsAt ?? 0));
  const date = fieldOf(day, "date");
  return { date: typeof date === "string" ? date : "", activities };
}

function readActivity(value: unknown, thread: string | null): ProgramActivity | null {
  const parsed = activityShape.safeParse(value);
  if (!parsed.success) return null;
  const activity: Activity = parsed.data;
  return {
    id: activity.id,
    title: activity.title ?? activity.name ?? activity.id,
    thread: thread ?? nameIn(activity.thread),
    place: nameIn(activity.location),
    startsAt: timeOf(activity.starts_at ?? activity.start_at),
    endsAt: timeOf(activity.ends_at ?? activity.end_at),
    isFull: activity.capacity_state === "full",
    isOff: OFF.has(activity.status ?? ""),
  };
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** The first of some fields that is a list; a list itself. */
function listIn(value: unknown, names: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value;
  for (const name of names) {
    const list = fieldOf(value, name);
    if (Array.isArray(list)) return list;
  }
  return [];
}

/** A name given as a text, or as the `name` or `title` of an object. */
function nameIn(value: unknown): string | null {
  const name = typeof value === "string" ? value : (fieldOf(value, "name") ?? fieldOf(value, "title"));
  return typeof name === "string" && name !== "" ? name : null;
}

function timeOf(value: string | null | undefined): number | null {
  const at = Date.parse(value ?? "");
  return Number.isNaN(at) ? null : at;
}
