import type { Language } from "./language.ts";
import { en } from "./messages/en/index.ts";
import { pl } from "./messages/pl/index.ts";

/** English has two plural forms, Polish three for whole numbers; `{n}` is the number, formatted for the language. */
export interface EnglishPlural {
  readonly one: string;
  readonly other: string;
}
export interface PolishPlural {
  readonly one: string;
  readonly few: string;
  readonly many: string;
}

/** The same keys in Polish: a key that is missing, or a plural that became a plain text, is a type error. */
export type Polish<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends string ? string : PolishPlural;
};

type English = typeof en;
export type TextKey = keyof English;

type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type NamesOf<Text> = Text extends { readonly other: infer Other }
  ? "n" | Placeholders<Other>
  : Placeholders<Text>;
type Values<Key extends TextKey> = {
  readonly [Name in NamesOf<English[Key]>]: Name extends "n" ? number : string | number;
};

/** The text of a key, its placeholders filled. A placeholder without a value is a type error. */
export type Translate = <Key extends TextKey>(
  key: Key,
  ...values: [NamesOf<English[Key]>] extends [never] ? [] : [Values<Key>]
) => string;

const catalogs: Readonly<Record<Language, Readonly<Record<TextKey, string | EnglishPlural | PolishPlural>>>> =
  { en, pl };

const plurals: Readonly<Record<Language, Intl.PluralRules>> = {
  en: new Intl.PluralRules("en"),
  pl: new Intl.PluralRules("pl"),
};

function choose(language: Language, text: string | EnglishPlural | PolishPlural, n: number): string {
  if (typeof text === "string") return text;
  const forms: Readonly<Record<string, string>> = { ...text };
  const last = "many" in text ? text.many : text.other;
  return forms[plurals[language].select(n)] ?? last;
}

/** The texts of one language. Values are inserted as text; escaping is the page's work. */
export function translator(language: Language): Translate {
  const numbers = new Intl.NumberFormat(language);
  return (key, ...[values]) => {
    const given: Readonly<Record<string, string | number>> = values ?? {};
    const text = choose(language, catalogs[language][key], Number(given.n ?? 0));
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = given[name];
      return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
    });
  };
}
