import type { Core } from "../core.ts";
import { describeScope, type Scope, type TokenKind } from "./scopes.ts";

/** A checked authorization request. */
export interface AuthorizationRequest {
  client_id: string;
  redirect_uri: string;
  state: string;
  challenge: string;
  event_id: string;
  kind: TokenKind;
  scopes: Scope[];
}

/** `refused`: a page, and no way back to the integration; `redirect`: the integration is told. */
export type RequestVerdict =
  | { is: "fine"; request: AuthorizationRequest }
  | { is: "refused"; page: RefusalCode }
  | { is: "redirect"; url: string };

export type RefusalCode =
  | "unknown_client"
  | "redirect_uri_mismatch"
  | "event_not_found"
  | "integration_suspended"
  | "integration_unpublished"
  | "integration_deprecated"
  | "event_archived"
  | "organization_not_formal"
  | "not_organizer"
  | "event_not_connected"
  | "no_application";

/** The redirect URI with parameters added, whatever query it already had. */
export function withParams(uri: string, params: Record<string, string>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.toString();
}

/** Checks everything that does not depend on who signs in. */
export function checkRequest(core: Core, query: URLSearchParams): RequestVerdict {
  const get = (name: string) => query.get(name) ?? "";
  const { integration } = core;
  if (get("client_id") !== integration.client_id) return { is: "refused", page: "unknown_client" };
  const redirectUri = get("redirect_uri");
  // Byte for byte: a trailing slash is another address.
  if (!integration.redirect_uris.includes(redirectUri))
    return { is: "refused", page: "redirect_uri_mismatch" };
  const state = get("state");
  const refuse = (error: string, description: string): RequestVerdict => ({
    is: "redirect",
    url: withParams(redirectUri, { error, error_description: description, ...(state && { state }) }),
  });
  if (get("response_type") !== "code")
    return refuse("unsupported_response_type", "response_type must be code");
  if (!state) return refuse("invalid_request", "state is missing");
  if (get("code_challenge_method") !== "S256")
    return refuse("invalid_request", "code_challenge_method must be S256");
  if (!/^[\w-]{43}$/.test(get("code_challenge")))
    return refuse("invalid_request", "code_challenge is no SHA-256");
  if (!get("event_id")) return refuse("invalid_request", "event_id is missing");
  const scopes = checkScopes(core, get("scope"));
  if (typeof scopes === "string") return refuse("invalid_scope", scopes);
  if (!core.store.events.has(get("event_id"))) return { is: "refused", page: "event_not_found" };
  return {
    is: "fine",
    request: {
      client_id: get("client_id"),
      redirect_uri: redirectUri,
      state,
      challenge: get("code_challenge"),
      event_id: get("event_id"),
      kind: scopes.kind,
      scopes: scopes.scopes,
    },
  };
}

function checkScopes(core: Core, text: string): { kind: TokenKind; scopes: Scope[] } | string {
  const names = [...new Set(text.split(" ").filter((name) => name !== ""))];
  const scopes: Scope[] = [];
  for (const name of names) {
    const declared = core.integration.scopes.find((scope) => scope.name === name);
    if (!declared) return `${name.replace(/[^\w.:-]/g, "?")} is not declared in the manifest`;
    scopes.push(describeScope(declared));
  }
  const kind = scopes[0]?.kind;
  if (!kind) return "no scope was asked for";
  if (scopes.some((scope) => scope.kind !== kind)) return "installation and user scopes cannot be mixed";
  return { kind, scopes };
}
