/** A participant's own pages. The one public file of this feature. */

export { participantRoutes } from "./routes.ts";
