/** Lines that need a person at every instance. */
export const FOR_PEOPLE = ["consent-text-previewed"];

/** What a local instance cannot show either: https, and channels that nobody has set up. In the order of the checklist. */
export const FOR_PEOPLE_LOCALLY = [...FOR_PEOPLE, "https", "alert-channels"];
