import type { Core } from "../core.ts";
import type { DeclaredScope } from "../options.ts";
import type { Json } from "../state/snapshots.ts";
import { ActionError } from "./error.ts";
import { type ActionResult, done } from "./result.ts";

/** The manifest as Revento has it, without secrets. */
export function manifestJson(core: Core): Json {
  const { client_id, name, status, scopes, declared_webhook_event_types, redirect_uris } = core.integration;
  return { client_id, name, status, scopes, declared_webhook_event_types, redirect_uris };
}

/** Adds a scope, or changes whether it is required: existing connections then need consent again. */
export function declareScope(core: Core, scope: DeclaredScope): ActionResult {
  if (!/^[\w.:-]+$/.test(scope.name))
    throw new ActionError(400, "the scope's name has characters that a scope cannot have");
  const others = core.integration.scopes.filter(({ name }) => name !== scope.name);
  core.integration.scopes = [...others, scope];
  return done(manifestJson(core));
}

export function withdrawScope(core: Core, name: string): ActionResult {
  const others = core.integration.scopes.filter((scope) => scope.name !== name);
  if (others.length === core.integration.scopes.length) throw new ActionError(404, `${name} is not declared`);
  core.integration.scopes = others;
  return done(manifestJson(core));
}

/** Replaces the declared event types; needs no consent, works at once. */
export function declareEventTypes(core: Core, types: string[]): ActionResult {
  core.integration.declared_webhook_event_types = [...new Set(types)];
  return done(manifestJson(core));
}

export function registerRedirectUris(core: Core, uris: string[]): ActionResult {
  for (const uri of uris) {
    if (!URL.canParse(uri)) throw new ActionError(400, `${uri} is no URL`);
  }
  core.integration.redirect_uris = [...uris];
  return done(manifestJson(core));
}

/** Signs with another secret from now on, and shows it: there is no e-mail to send it by. */
export function rotateWebhookSecret(core: Core, secret?: string): ActionResult {
  core.integration.webhook_secret = secret ?? core.secrets.chars(32);
  return done({ webhook_secret: core.integration.webhook_secret });
}

export function rotateClientSecret(core: Core, secret?: string): ActionResult {
  core.integration.client_secret = secret ?? core.secrets.chars(32);
  return done({ client_secret: core.integration.client_secret });
}
