import type { DeclaredScope } from "../options.ts";

export type TokenKind = "installation" | "user";

export interface Scope extends DeclaredScope {
  kind: TokenKind;
  en: string;
  pl: string;
}

/** The contract's scopes (§3), with the words of the consent page. */
export const SCOPES: readonly Scope[] = [
  {
    name: "event.read",
    kind: "installation",
    required: true,
    en: "See the event: its title, dates and status",
    pl: "Wgląd w wydarzenie: tytuł, daty i stan",
  },
  {
    name: "participants.read",
    kind: "installation",
    required: true,
    en: "See the participants, their applications and their answers in the form",
    pl: "Wgląd w listę uczestników, ich zgłoszenia i odpowiedzi w formularzu",
  },
  {
    name: "program.read",
    kind: "installation",
    required: false,
    en: "See the programme: days, activities, places and registration waves",
    pl: "Wgląd w program: dni, aktywności, miejsca i tury rejestracji",
  },
  {
    name: "profile.read",
    kind: "user",
    required: true,
    en: "See your name and e-mail address",
    pl: "Wgląd w Twoje imię, nazwisko i adres e-mail",
  },
  {
    name: "event.attendance",
    kind: "user",
    required: false,
    en: "See your application for this event",
    pl: "Wgląd w Twoje zgłoszenie na to wydarzenie",
  },
];

/** A scope with its words; one that is not in the contract is shown by its name. */
export function describeScope(declared: DeclaredScope): Scope {
  const known = SCOPES.find((scope) => scope.name === declared.name);
  if (known) return { ...known, required: declared.required };
  return { ...declared, kind: declared.kind ?? "installation", en: declared.name, pl: declared.name };
}
