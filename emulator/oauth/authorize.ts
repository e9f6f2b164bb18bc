import { findAccount } from "../actions/find.ts";
import type { Core } from "../core.ts";
import type { Account } from "../state/types.ts";
import { candidatesFor } from "./candidates.ts";
import { decide } from "./consent.ts";
import { refusalFor } from "./eligibility.ts";
import { type AuthorizationRequest, checkRequest, type RefusalCode } from "./request.ts";

export interface AuthorizeOptions {
  /** The whole address that a browser would open. */
  url: string;
  /** Id or e-mail of who signs in; by default the first who is likely to be let in. */
  account?: string | undefined;
  /** Press Cancel. */
  deny?: boolean | undefined;
  /** Optional scopes to untick. */
  withoutScopes?: string[] | undefined;
}

/** The page that a person ends on instead of coming back. */
export class AuthorizationRefused extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(`Revento shows the page ${code}`);
    this.code = code;
  }
}

/** Does what a person does on the consent page, and returns the address that the browser is sent back to. */
export function authorize(core: Core, options: AuthorizeOptions): string {
  const verdict = checkRequest(core, new URL(options.url).searchParams);
  if (verdict.is === "refused") throw new AuthorizationRefused(verdict.page);
  if (verdict.is === "redirect") return verdict.url;
  const { request } = verdict;
  const account =
    options.account === undefined ? likelyAccount(core, request) : findAccount(core, options.account);
  const refusal = refusalFor(core, request, account);
  if (refusal) throw new AuthorizationRefused(refusal);
  if (!account) throw new AuthorizationRefused("no_application");
  const left = request.scopes
    .map(({ name }) => name)
    .filter((name) => !options.withoutScopes?.includes(name));
  return decide(core, request, account, { authorize: options.deny !== true, scopes: left });
}

function likelyAccount(core: Core, request: AuthorizationRequest): Account | undefined {
  return candidatesFor(core, request, "").accounts[0]?.account;
}
