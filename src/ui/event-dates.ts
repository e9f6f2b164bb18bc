import { type Words, wordsInZone } from "./words.ts";

interface EventDates {
  readonly from: number | null;
  readonly to: number | null;
  /** Whether these are days of the calendar, which are the same everywhere, and not moments. */
  readonly areDays: boolean;
  readonly timeZone: string | null;
}

/** When an event is: its days as Revento tells them, or its moments in the zone of its place, else the reader's. */
export const eventDates = (words: Words, { from, to, areDays, timeZone }: EventDates): string =>
  wordsInZone(words, areDays ? "UTC" : timeZone).dateRange(from, to);
