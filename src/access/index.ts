/** Who is an operator: bearer token, session, Cloudflare Access. The one public file of this feature. */

export { authenticateApi, authenticateOps, type Operator } from "./authenticate.ts";
export { isFromOwnPage } from "./same-site.ts";
export { signIn, waitAfter } from "./sign-in.ts";
