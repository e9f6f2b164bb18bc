/** The platform: its wire, its OAuth, its calls. Knows nothing about us. */

export { parseJson } from "./body.ts";
export { type ApiRequest, callApi } from "./call.ts";
export * from "./endpoints.ts";
export { errorCodeOf } from "./errors.ts";
export { type AnswerHeaders, readHeaders } from "./headers.ts";
export {
  type Authorization,
  authorizeUrl,
  exchangeCode,
  exchangeRefreshToken,
  type OAuthClient,
  type TokenSending,
} from "./oauth.ts";
export { createPkce, type Pkce } from "./pkce.ts";
export * from "./resources.ts";
export type { Answer } from "./send.ts";
export type { TokenAnswer, TokenResponse } from "./token.ts";
