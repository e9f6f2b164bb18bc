import { startSync } from "../../src/mirror/index.ts";
import { openPlain, type PageAnswer, pagesWorld } from "./pages.ts";
import { rowsOf } from "./webhooks.ts";

export const person = (index: number) => ({
  id: `ptp_${String(index).padStart(4, "0")}`,
  user_id: `usr_${index}`,
  application_id: `app_${index}`,
  application_status: "approved",
  display_name: `Person ${index}`,
  email: `p${index}@example.test`,
  registered_at: null,
  custom_form_fields: {},
  updated_at: "2026-01-01T00:00:00.000Z",
});

export type Fault = (
  page: number,
  cursor: string | null,
) => PageAnswer | "skip_row" | "repeat_row" | "end_here" | null;

export interface Show {
  readonly people: string[];
  readonly state: string;
  readonly detail: string | null;
}

interface PeopleOptions {
  readonly pageSize?: number;
  readonly scopes?: readonly string[];
}

const ALL = ["event.read", "participants.read", "program.read"];

/** An event whose people are in the mirror by a complete initial sync, with a list that can be made to fail. */
export async function openPeople(count: number, { pageSize = 50, scopes = ALL }: PeopleOptions = {}) {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const list = {
    people: Array.from({ length: count }, (_, index) => person(index)),
    fault: (() => null) as Fault,
  };
  const read = (cursor: string | null): PageAnswer => {
    const from = Number(cursor ?? 0);
    const page = from / pageSize + 1;
    const faulty = list.fault(page, cursor);
    if (faulty !== null && typeof faulty === "object") return faulty;
    const slip = faulty === "skip_row" ? 1 : faulty === "repeat_row" ? -1 : 0;
    const rows = list.people.slice(Math.max(0, from + slip), from + pageSize);
    const isLast = faulty === "end_here" || from + pageSize >= list.people.length;
    const next = !isLast ? String(from + pageSize) : null;
    return { rows, next, date: Math.floor(clock.at / 1000) * 1000 };
  };
  const { world, sync, counts, step } = pagesWorld((resource, cursor) => {
    clock.at += 1_500;
    return resource === "participants" ? read(cursor) : null;
  }, clock);
  const connection = await openPlain(world, clock.at, scopes);
  const drain = async () => {
    for (let steps = 0; steps < 3_000 && (await step()); steps++) clock.at += 500;
  };
  const reconcile = async () => {
    clock.at += 60_000;
    await startSync(world, connection, "reconcile");
    await drain();
  };
  const show = async (): Promise<Show> => {
    const rows = await rowsOf<{ id: string }>(
      "SELECT id FROM participants WHERE connection_id = ? AND state = 'present' ORDER BY id",
      connection.id,
    );
    const [run] = await rowsOf<Show>("SELECT state, detail FROM runs WHERE connection_id = ?", connection.id);
    return { people: rows.map(({ id }) => id), state: run?.state ?? "", detail: run?.detail ?? null };
  };
  await startSync(world, connection, "initial");
  await drain();
  return { list, world, sync, counts, step, drain, reconcile, show, connection, clock };
}
