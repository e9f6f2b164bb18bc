import type { Core } from "../core.ts";
import type { Failure } from "../failure.ts";
import { activityJson, locationJson, participantJson, threadJson, waveJson } from "../state/snapshots.ts";
import { isListed } from "../state/store.ts";
import type { EventRecord, Row } from "../state/types.ts";
import type { List, Page } from "./page.ts";

type Cut = <T extends Row>(list: List<T>) => Page | Failure;

interface EventList {
  path: string;
  scope: string;
  /** Hands the list of an event to whoever cuts the page. */
  list: (event: EventRecord, cut: Cut) => Page | Failure;
}

const isThere = () => true;

/** The lists of an event: where they are, what opens them, and how their rows look. */
export function eventLists(core: Core): EventList[] {
  const { store } = core;
  const program = "program.read";
  return [
    {
      path: "participants",
      scope: "participants.read",
      list: (event, cut) =>
        cut({
          name: `${event.id}/participants`,
          rows: event.participants,
          isVisible: isListed,
          show: (row) => participantJson(row, store),
        }),
    },
    {
      path: "activities",
      scope: program,
      list: (event, cut) =>
        cut({
          name: `${event.id}/activities`,
          rows: event.activities,
          isVisible: isThere,
          show: (row) => activityJson(row, event),
        }),
    },
    {
      path: "threads",
      scope: program,
      list: (event, cut) =>
        cut({ name: `${event.id}/threads`, rows: event.threads, isVisible: isThere, show: threadJson }),
    },
    {
      path: "locations",
      scope: program,
      list: (event, cut) =>
        cut({
          name: `${event.id}/locations`,
          rows: event.locations,
          isVisible: isThere,
          show: (row) => locationJson(row, event),
        }),
    },
    {
      path: "registration-waves",
      scope: program,
      list: (event, cut) =>
        cut({ name: `${event.id}/waves`, rows: event.waves, isVisible: isThere, show: waveJson }),
    },
  ];
}
