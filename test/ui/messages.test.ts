import { expect, test } from "vitest";
import { en } from "../../src/ui/messages/en/index.ts";
import { pl } from "../../src/ui/messages/pl/index.ts";
import { type EnglishPlural, type PolishPlural, translator } from "../../src/ui/texts.ts";
import { wordsFor, wordsInZone } from "../../src/ui/words.ts";

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const forms = (text: string | EnglishPlural | PolishPlural): string[] =>
  typeof text === "string" ? [text] : Object.values(text);

test("every text exists in both languages, with the same placeholders", () => {
  expect(Object.keys(pl).sort()).toEqual(Object.keys(en).sort());
  for (const [key, text] of Object.entries(en)) {
    const polish = pl[key as keyof typeof pl];
    for (const form of [...forms(text), ...forms(polish)]) expect(form.trim(), key).not.toBe("");
    const used = (all: string[]) => placeholders(all.join(" ")).filter((name) => name !== "{n}");
    expect(used(forms(polish)), key).toEqual(used(forms(text)));
  }
});

test("a text with plural forms has two in English and three in Polish", () => {
  for (const [key, text] of Object.entries(en)) {
    const polish = pl[key as keyof typeof pl];
    expect(typeof polish, key).toBe(typeof text);
    if (typeof text === "string") continue;
    expect(Object.keys(text), key).toEqual(["one", "other"]);
    expect(Object.keys(polish), key).toEqual(["one", "few", "many"]);
  }
});

test.each([
  [1, "1 uczestnik"],
  [2, "2 uczestników"],
  [5, "5 uczestników"],
  [21, "21 uczestników"],
])("Polish counts %i as people do", (n, expected) => {
  expect(translator("pl")("connected.participants", { n })).toBe(expected);
});

test.each([
  [1, "na razie 1 pozycja"],
  [3, "na razie 3 pozycje"],
  [12, "na razie 12 pozycji"],
  [22, "na razie 22 pozycje"],
])("Polish has three forms: %i", (n, expected) => {
  expect(translator("pl")("connected.sync.rows", { n })).toBe(expected);
});

test("dates follow the language and the reader's time zone", () => {
  const at = Date.UTC(2026, 10, 21, 23, 30);
  expect(wordsFor("en", "UTC").date(at)).toBe("21 November 2026");
  expect(wordsFor("pl", "Europe/Warsaw").date(at)).toBe("22 listopada 2026");
  expect(wordsFor("pl", "Europe/Warsaw").time(at)).toBe("00:30");
  expect(wordsFor("pl", "UTC").dateRange(at, at + 2 * 86_400_000)).toBe("21–23 listopada 2026");
  expect(wordsFor("en", "UTC").dateRange(at, null)).toBe("21 November 2026");
});

test("a time of day names its zone where that is not the event's", () => {
  const at = Date.UTC(2026, 10, 21, 23, 30);
  const reader = wordsFor("en", "America/Chicago", true);
  expect(reader.time(at)).toBe("17:30 GMT-6");
  expect(reader.dateTime(at)).toBe("21 Nov, 17:30 GMT-6");
  expect(reader.date(at)).toBe("21 November 2026");
  expect(wordsFor("pl", "UTC", true).dateTime(at)).toBe("21 lis, 23:30 UTC");
  expect(wordsInZone(reader, "Europe/Warsaw").time(at)).toBe("00:30");
  expect(wordsInZone(reader, null).time(at)).toBe("17:30 GMT-6");
});
