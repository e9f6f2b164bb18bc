/** An organization's dashboard. The one public file of this feature. */

export { organizerRoutes } from "./routes.ts";
