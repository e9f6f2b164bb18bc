/** Who this browser is: sealed cookies over rows that can be ended. The one public file of this feature. */

export { cookieOptions, type SessionKind } from "./cookie.ts";
export { isInFrame } from "./frame.ts";
export { refuseUnlessOrganizer } from "./guard.tsx";
export {
  endOwnSessions,
  endSessions,
  findSession,
  findSessions,
  type OpeningSession,
  openSession,
  type Session,
} from "./sessions.ts";
