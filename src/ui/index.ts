/** Pages: frame, parts, texts, headers. The one public file of this feature. */

export { calendarDay, SuspendedBanner } from "./banners.tsx";
export { BARE_HEADERS } from "./bare-headers.ts";
export { Chart, type ChartPoint } from "./chart.tsx";
export * from "./components.tsx";
export { eventDates } from "./event-dates.ts";
export { LANGUAGES, type Language, withLanguage } from "./language.ts";
export type { NavItem, PageOptions } from "./layout.tsx";
export { page, wantsPage, wordsOf } from "./page.tsx";
export { brokenResponse, failureResponse, type Problem, problemPage } from "./problem.tsx";
export { logRequest } from "./request-log.ts";
export { ScopeList } from "./scopes.tsx";
export {
  isWebviewPath,
  withBodyLimit,
  withCsrfCheck,
  withSecurityHeaders,
} from "./security.ts";
export { type TextKey, type Translate, translator } from "./texts.ts";
export { isTimeZone, type Words, wordsFor, wordsInZone } from "./words.ts";
