import type { Polish } from "../../texts.ts";
import type { organizer as en } from "../en/organizer.ts";

export const organizer: Polish<typeof en> = {
  "dashboard.title": "Twoje wydarzenia",
  "dashboard.connect": "Połącz kolejne wydarzenie",
  "dashboard.signOut": "Wyloguj",
  "dashboard.totals": "Wszystkie wydarzenia razem",
  "dashboard.events": {
    one: "połączone wydarzenie",
    few: "połączone wydarzenia",
    many: "połączonych wydarzeń",
  },
  "dashboard.participants": { one: "uczestnik", few: "uczestników", many: "uczestników" },
  "dashboard.cancelled": "rezygnacje",
  "dashboard.permission": "potrzebne nowe uprawnienie",
  "dashboard.grant": "Udziel uprawnienia",
  "dashboard.trend": "Rejestracje w czasie, narastająco",
  "dashboard.expires": "wygasa {date}",
  "dashboard.expires.do": "Revento daje połączeniu rok. Połącz ponownie przed tym dniem; nic się nie zmieni.",
  "dashboard.synced": "stan na {time}",
  "dashboard.syncing": "właśnie aktualizowane",
  "dashboard.neverSynced": "jeszcze nie pobrano",
  "dashboard.erased": "Wszystko, co mieliśmy o tym wydarzeniu, jest usunięte, także jego nazwa.",
  "status.active": "połączone",
  "status.reconnect_required": "połącz ponownie",
  "status.suspended": "zawieszone",
  "status.ended": "zakończone",
  "health.healthy": "działa",
  "health.throttled": "spowolnione",
  "health.revoked": "dostęp cofnięty",
  "health.error": "Revento nie odpowiada",
  "reconnect.title": "Połącz to wydarzenie ponownie",
  "reconnect.do":
    "Ponowne połączenie zajmuje minutę. Revento poprosi o potwierdzenie, a potem dane zaktualizują się same.",
  "reconsent.title": "Potrzebne jest nowe uprawnienie",
  "reconsent.what":
    "Ta integracja potrafi więcej niż w chwili połączenia wydarzenia i prosi o Twoją zgodę. Wszystko inne działa jak dotąd.",
  "reconsent.do": "Revento pokaże, o co chodzi. Decyzja należy do Ciebie.",
  "reason.none": "Połączenie działa. Możesz mimo to połączyć ponownie; nic się nie zmieni.",
  "reason.unknown": "Połączenie zostało zakończone.",
  "reason.organizer_revoked": "Twoja organizacja zakończyła połączenie w Revento.",
  "reason.event_archived": "Wydarzenie zostało zarchiwizowane w Revento, co zakończyło połączenie.",
  "reason.formal_status_lost":
    "Twoja organizacja utraciła w Revento status zweryfikowany, co zakończyło połączenie.",
  "reason.unpublished": "Ta integracja została wycofana z Revento, co zakończyło połączenie.",
  "reason.suspended":
    "Revento zawiesiło tę integrację, co zakończyło połączenie. Dane pozostają przez 25 dni: po wyjaśnieniu sprawy połącz ponownie.",
  "reason.deletion_required": "Revento zakończyło połączenie i poprosiło o usunięcie danych, co zrobiliśmy.",
  "reason.token_revoked": "Revento cofnęło nasz dostęp. Nie podało powodu.",
  "reason.lost_rotation": "Nasz dostęp zaginął po drodze. To niczyja wina, a dane są bezpieczne.",
  "reason.grant_expired": "Nasz dostęp osiągnął limit wieku i trzeba go potwierdzić ponownie.",
  "reason.invalid_grant": "Revento nie przyjmuje już naszego dostępu.",
};
