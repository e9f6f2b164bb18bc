import type { Language } from "./language.ts";
import { type Translate, translator } from "./texts.ts";

/** Texts, dates and numbers of one language, in one time zone: the event's, or the reader's, which is then named. */
export interface Words {
  readonly language: Language;
  /** The language with its way of writing times and numbers, for scripts: `en-GB`. */
  readonly locale: string;
  readonly timeZone: string;
  /** A time of day says its zone: it is not the one of the event's place. */
  readonly namesZone: boolean;
  readonly t: Translate;
  number(value: number): string;
  /** `21 November 2026` */
  date(at: number): string;
  /** `21 Nov, 22:18`; `21 Nov, 22:18 CET` */
  dateTime(at: number): string;
  /** `22:18`; `22:18 CET` */
  time(at: number): string;
  /** `Saturday, 21 November` */
  day(at: number): string;
  /** `21–23 November 2026`, either end may be missing. */
  dateRange(from: number | null, to: number | null): string;
}

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", pl: "pl-PL" };

export const isTimeZone = (name: unknown): name is string => {
  if (typeof name !== "string" || name === "") return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};

const made = new Map<string, Words>();

/** Formatters are slow to make: one set per language and zone is kept. Zones are few; past 100 the set starts anew. */
export function wordsFor(language: Language, timeZone: string, namesZone = false): Words {
  const key = `${language} ${timeZone} ${namesZone}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  if (made.size > 100) made.clear();
  const words = makeWords(language, timeZone, namesZone);
  made.set(key, words);
  return words;
}

function makeWords(language: Language, timeZone: string, namesZone: boolean): Words {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(LOCALES[language], { timeZone, ...options });
  const date = format({ dateStyle: "long" });
  const ofDay: Intl.DateTimeFormatOptions = {
    hour: "2-digit",
    minute: "2-digit",
    ...(namesZone ? { timeZoneName: "short" } : {}),
  };
  const dateTime = format({ day: "numeric", month: "short", ...ofDay });
  const time = format(ofDay);
  const day = format({ weekday: "long", day: "numeric", month: "long" });
  const number = new Intl.NumberFormat(LOCALES[language]);
  return {
    language,
    locale: LOCALES[language],
    timeZone,
    namesZone,
    t: translator(language),
    number: (value) => number.format(value),
    date: (at) => date.format(at),
    dateTime: (at) => dateTime.format(at),
    time: (at) => time.format(at),
    day: (at) => day.format(at),
    dateRange(from, to) {
      if (from === null || to === null)
        return from === null && to === null ? "" : date.format(from ?? to ?? 0);
      return from <= to ? date.formatRange(from, to) : date.format(from);
    },
  };
}

/** The same words in the zone of an event's place, where that is known. */
export const wordsInZone = (words: Words, timeZone: string | null): Words =>
  isTimeZone(timeZone) ? wordsFor(words.language, timeZone) : words;
