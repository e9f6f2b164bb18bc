/** Organizer connect. The one public file of this feature. */

export { connectRoutes } from "./routes.ts";
export { isEventId } from "./start.tsx";
