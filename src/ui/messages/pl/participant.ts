import type { Polish } from "../../texts.ts";
import type { participant as en } from "../en/participant.ts";

export const participant: Polish<typeof en> = {
  "login.title": "Zaloguj się przez Revento",
  "login.eventId.hint":
    "Zaczyna się od evt_; znajdziesz go w zaproszeniu od organizatora. Link od niego przeniesie Cię tu bez wpisywania.",
  "login.notEligible": "Nie możesz się jeszcze zalogować do tego wydarzenia",
  "login.notEligible.what":
    "Do zalogowania potrzebne są dwie rzeczy: organizator połączył to wydarzenie, a Ty masz na nie zgłoszenie o dowolnym statusie.",
  "login.notEligible.do":
    "Najpierw zgłoś się na wydarzenie w Revento albo poproś organizatora o połączenie go.",
  "logout.title": "Wylogowano",
  "logout.what":
    "To, co tu dla Ciebie przechowywaliśmy, zostało usunięte, a nasz dostęp do Twojego konta Revento w tym zakresie się skończył.",
  "logout.one": "Wyloguj z tego wydarzenia",
  "logout.all": "Wyloguj ze wszystkich wydarzeń",
  "me.hello": "Cześć",
  "me.events": "Twoje wydarzenia",
  "me.signIn.what": "To strona osobista: musi wiedzieć, kim jesteś.",
  "me.signIn.do": "Zaloguj się kontem Revento, a od razu tu wrócisz.",
  "me.ended": "To wydarzenie nie jest już tu pokazywane",
  "me.ended.what": "Organizator zakończył połączenie z tym wydarzeniem, więc niczego z niego nie pokazujemy.",
  "me.ended.do": "Twoje zgłoszenie w Revento pozostaje bez zmian.",
  "me.suspended": "Chwilowo niedostępne",
  "me.suspended.what": "Revento wstrzymało tę usługę, więc nie możemy pokazać Twojej strony.",
  "me.suspended.do": "Twoje zgłoszenie w Revento pozostaje bez zmian. Spróbuj ponownie później.",
  "me.unpublished": "To wydarzenie nie jest opublikowane",
  "me.unpublished.what": "Organizator na razie wycofał wydarzenie, więc nie ma czego pokazać.",
  "me.unpublished.do": "Gdy zostanie ponownie opublikowane, ta strona wróci.",
  "me.revoked": "Twój dostęp się zakończył",
  "me.revoked.what":
    "Nasz dostęp do Twojego konta dla tego wydarzenia został cofnięty przez Ciebie lub przez Revento. Niczego z niego nie pokazujemy.",
  "me.revoked.do": "Jeśli chcesz odzyskać tę stronę, zaloguj się ponownie.",
  "application.title": "Twoje zgłoszenie",
  "application.pending": "w trakcie oceny",
  "application.pending.what":
    "Organizator ma Twoje zgłoszenie i podejmie decyzję. Teraz nie musisz nic robić.",
  "application.approved": "przyjęte",
  "application.approved.what": "Jesteś na liście. Przy wejściu podaj kod z identyfikatora albo nazwisko.",
  "application.toRegister":
    "Twoje zgłoszenie jest przyjęte, ale nie masz jeszcze rejestracji. Otwórz wydarzenie w Revento i dokończ to, co zostało, na przykład opłatę.",
  "application.rejected": "nieprzyjęte",
  "application.rejected.what":
    "Organizator nie przyjął tego zgłoszenia. Pytania najlepiej kierować do organizatora.",
  "application.revision_requested": "do poprawy",
  "application.revision_requested.what":
    "Organizator prosi o zmianę. Otwórz zgłoszenie w Revento, popraw je i wyślij ponownie.",
  "application.answers": "Twoje odpowiedzi w formularzu",
  "application.none": "Revento nie zna Twojego zgłoszenia na to wydarzenie.",
  "application.unknown": "Twoje zgłoszenie ma status, którego jeszcze nie znamy. Revento pokaże, co oznacza.",
  "application.notShared": "Zgłoszenie nie zostało udostępnione, więc nie pokazujemy tu jego statusu.",
  "application.later": "Nie udało się teraz odczytać zgłoszenia z Revento. Spróbuj ponownie za minutę.",
  "program.title": "Program",
  "program.mine": "Mój dzień",
  "program.mine.none": "Nie masz jeszcze żadnych zapisów na zajęcia. Zapiszesz się w Revento.",
  "program.isMine": "zapisano",
  "program.full": "brak miejsc",
  "program.off": "odwołane",
  "program.none": "Program nie został jeszcze opublikowany.",
  "program.count": { one: "{n} zajęcia", few: "{n} zajęcia", many: "{n} zajęć" },
  "program.notShared": "Organizator nie udostępnia tu programu.",
  "program.later": "Nie udało się teraz odczytać programu z Revento. Spróbuj ponownie za minutę.",
};
