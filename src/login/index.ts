/** Login with Revento. The one public file of this feature. */

export { loginRoutes } from "./routes.ts";
