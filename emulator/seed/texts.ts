export const EVENT_TITLES = [
  "Sandbox Summit — Szczyt Próbny",
  "Konferencja Wzorcowa: draft edition",
  "Festiwal Makiet",
  "Placeholder Days",
  "Zjazd Przykładów",
  "The Example Assembly",
] as const;

export const CITIES = ["Przykładowo", "Sampleton", "Wzorów", "Mockborough"] as const;

export const ROLES = [
  ["Delegate", "Takes part in the whole programme"],
  ["Speaker", "Gives a talk or leads a workshop"],
  ["Wolontariusz", "Pomaga przy organizacji"],
  ["Observer", "Takes part without a vote"],
] as const;

export const THREADS = [
  ["Scena główna", "Talks and debates for everybody"],
  ["Warsztaty / Workshops", "Small groups, sign-up needed"],
] as const;

export const TOPICS = [
  "Otwarcie",
  "Open data in practice",
  "Dobre pytania",
  "Facilitation basics",
  "Miasto za 20 lat",
  "Negotiation lab",
  "Głos młodych",
  "Budgets without tears",
  "Żywa biblioteka",
  "Debate: one more hour?",
  "Sztuka słuchania",
  "Climate game",
  "Prototypy w południe",
  "Storytelling",
  "Praca w grupie",
  "Quiet hour",
] as const;

export const ACTIVITY_KINDS = ["talk", "workshop", "debate", "panel"] as const;

export const VENUES = [
  ["Centrum Przykładów", ["Budynek A", "Budynek B"]],
  ["Sample Hall", ["Main building"]],
] as const;

export const ROOMS = ["Aula", "Sala Żółta", "Room 12", "Pracownia Łączności"] as const;

export const TRACKS = ["policy", "technology", "culture", "climate"] as const;
export const DIETS = ["", "wegetariańska", "vegan", "bez glutenu", "no nuts, please", "—"] as const;
export const ARRIVAL_DAYS = ["day_before", "first_day", "second_day"] as const;
