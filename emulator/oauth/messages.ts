import type { ApplicationStatus } from "../state/types.ts";
import type { RefusalCode } from "./request.ts";

export type Language = "en" | "pl";

/** What a sign-in page says of an account. */
export type Note = "organizer" | "none" | ApplicationStatus;

interface Messages {
  title: string;
  signIn: string;
  signInLead: string;
  search: string;
  find: string;
  more: string;
  nobody: string;
  notYou: string;
  wants: (name: string) => string;
  forEvent: string;
  installation: string;
  user: string;
  required: string;
  optional: string;
  authorize: string;
  cancel: string;
  refusedTitle: string;
  again: string;
  sandboxNote: string;
  notes: Record<Note, string>;
  refusals: Record<RefusalCode, string>;
}

const en: Messages = {
  title: "Authorize an integration",
  signIn: "Sign in to Revento",
  signInLead: "This is an emulator: choose who you are.",
  search: "Name or e-mail",
  find: "Find",
  more: "Not all people are shown: search for a name.",
  nobody: "Nobody was found.",
  notYou: "Somebody else?",
  wants: (name) => `${name} asks for access`,
  forEvent: "Event",
  installation: "As an organizer you connect it with this one event. You can disconnect it at any time.",
  user: "It learns this about you, for this one event. You can withdraw it at any time.",
  required: "required",
  optional: "optional",
  authorize: "Authorize",
  cancel: "Cancel",
  refusedTitle: "This does not work",
  again: "Try again, also as somebody else",
  sandboxNote: "Revento emulator. All people and events are invented.",
  notes: {
    organizer: "organizer",
    none: "no application",
    pending: "application pending",
    approved: "approved",
    rejected: "rejected",
    revision_requested: "revision requested",
  },
  refusals: {
    unknown_client: "No integration is registered with this client_id.",
    redirect_uri_mismatch:
      "The redirect_uri is not one of the registered ones. They are compared byte for byte; a trailing slash matters.",
    event_not_found: "There is no such event.",
    integration_suspended: "This integration is suspended. Nothing can be connected until Revento lifts it.",
    integration_unpublished: "This integration is no longer available.",
    integration_deprecated:
      "This integration is being retired: what is connected works on, nothing new can be connected.",
    event_archived: "This event is archived.",
    organization_not_formal: "Only organizations with verified formal status can connect integrations.",
    not_organizer: "Only an organizer of this event can connect an integration.",
    event_not_connected: "The organizer of this event has not connected this integration.",
    no_application: "You have no application for this event.",
  },
};

const pl: Messages = {
  title: "Autoryzacja integracji",
  signIn: "Zaloguj się do Revento",
  signInLead: "To jest emulator: wybierz, kim jesteś.",
  search: "Imię i nazwisko lub e-mail",
  find: "Szukaj",
  more: "Nie wszystkie osoby są widoczne: wyszukaj po nazwisku.",
  nobody: "Nikogo nie znaleziono.",
  notYou: "To nie Ty?",
  wants: (name) => `${name} prosi o dostęp`,
  forEvent: "Wydarzenie",
  installation:
    "Jako organizator łączysz integrację z tym jednym wydarzeniem. Możesz ją odłączyć w każdej chwili.",
  user: "Integracja dowie się tego o Tobie, dla tego jednego wydarzenia. Możesz to cofnąć w każdej chwili.",
  required: "wymagane",
  optional: "opcjonalne",
  authorize: "Zezwól",
  cancel: "Anuluj",
  refusedTitle: "To się nie uda",
  again: "Spróbuj ponownie, także jako ktoś inny",
  sandboxNote: "Emulator Revento. Wszystkie osoby i wydarzenia są zmyślone.",
  notes: {
    organizer: "organizator",
    none: "brak zgłoszenia",
    pending: "zgłoszenie oczekuje",
    approved: "zgłoszenie przyjęte",
    rejected: "zgłoszenie odrzucone",
    revision_requested: "zgłoszenie do poprawy",
  },
  refusals: {
    unknown_client: "Żadna integracja nie jest zarejestrowana pod tym client_id.",
    redirect_uri_mismatch:
      "Adres redirect_uri nie jest jednym z zarejestrowanych. Porównujemy je bajt po bajcie; ukośnik na końcu ma znaczenie.",
    event_not_found: "Nie ma takiego wydarzenia.",
    integration_suspended: "Ta integracja jest zawieszona. Do czasu jej przywrócenia nic nie można połączyć.",
    integration_unpublished: "Ta integracja nie jest już dostępna.",
    integration_deprecated:
      "Ta integracja jest wycofywana: istniejące połączenia działają dalej, nowych nie można tworzyć.",
    event_archived: "To wydarzenie jest zarchiwizowane.",
    organization_not_formal: "Integracje mogą łączyć tylko organizacje o potwierdzonym statusie formalnym.",
    not_organizer: "Integrację może połączyć tylko organizator tego wydarzenia.",
    event_not_connected: "Organizator tego wydarzenia nie połączył tej integracji.",
    no_application: "Nie masz zgłoszenia na to wydarzenie.",
  },
};

export const MESSAGES: Record<Language, Messages> = { en, pl };

/** The page's language: chosen on the page, else the first of the browser's that we speak. */
export function languageOf(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  if (chosen === "pl" || chosen === "en") return chosen;
  const wanted = (acceptLanguage ?? "")
    .toLowerCase()
    .split(",")
    .map((entry) => entry.trim().slice(0, 2));
  return wanted.find((code) => code === "pl" || code === "en") === "pl" ? "pl" : "en";
}
