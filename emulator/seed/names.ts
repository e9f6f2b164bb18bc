import type { Account } from "../state/types.ts";

/** Invented people: common first names, surnames that nobody bears, and addresses that cannot exist. */
const FIRST = [
  "Zofia",
  "Łukasz",
  "Małgorzata",
  "Grace",
  "Świętosława",
  "Oliver",
  "Żaneta",
  "Michał",
  "Amelia",
  "Błażej",
  "Łucja",
  "Henry",
  "Jadwiga",
  "Sławomir",
  "Ivy",
  "Kazimierz",
  "Róża",
  "Noah",
  "Bożena",
  "Ścibor",
  "Hazel",
  "Mieczysław",
  "Emily",
  "Andżelika",
] as const;

const LAST = [
  "Przykład",
  "Wzorzec",
  "Sample",
  "Żółwik",
  "Placeholder",
  "Łąka-Próbna",
  "Źródlik",
  "Fixture",
  "Ćwiczebny",
  "Seedling",
  "Gęślik",
  "Dummyford",
  "Ślimakow",
  "Lorem",
  "Zażółć",
  "Mockfield",
  "Pióro-Wzorowe",
  "Ipsum",
  "Makietowicz",
  "Stubbs-Testley",
  "Jaźń",
  "O'Sample",
  "Szkicownik",
  "Draftwell",
  "Brulion",
  "Testowicz",
  "Proofreader",
  "Kartonik",
  "Blanklin",
  "Prototyp",
  "Mustermann-Łoś",
  "Exampleton",
  "Zmyślony",
  "Figment",
  "Bezimienny",
  "Invented",
  "Ćma-Makieta",
  "Outliner",
  "Ołówek",
  "Nowhere",
] as const;

const PLAIN: Record<string, string> = {
  ą: "a",
  ć: "c",
  ę: "e",
  ł: "l",
  ń: "n",
  ó: "o",
  ś: "s",
  ź: "z",
  ż: "z",
};

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[ąćęłńóśźż]/g, (letter) => PLAIN[letter] ?? letter)
    .replace(/[^a-z]/g, "");
}

/** The person of a number: the same number is always the same person. */
export function person(id: string, index: number, kind: Account["kind"], stamp: string): Account {
  const first = FIRST[index % FIRST.length] ?? FIRST[0];
  // The shift after each round through the first names lets every pair come once.
  const round = Math.floor(index / FIRST.length);
  const last = LAST[(index + round) % LAST.length] ?? LAST[0];
  const repeat = Math.floor(index / (FIRST.length * LAST.length));
  const middle = repeat === 0 ? "" : ` ${FIRST[(index + repeat) % FIRST.length] ?? ""} ${repeat + 1}`;
  const suffix = index === 0 ? "" : `.${index}`;
  return {
    id,
    kind,
    first_name: `${first}${middle}`,
    last_name: last,
    // One name that a page must escape, because somebody will have one.
    display_name: index === 11 ? `${first} & <${last}>` : `${first}${middle} ${last}`,
    email: `${plain(first)}.${plain(last)}${suffix}@example.${kind === "organizer" ? "org" : "com"}`,
    locale: /[ąćęłńóśźż]/i.test(first + last) ? "pl" : "en",
    updated_at: stamp,
  };
}
