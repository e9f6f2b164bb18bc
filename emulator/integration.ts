import { SCOPES } from "./oauth/scopes.ts";
import type { Config, DeclaredScope } from "./options.ts";
import { EVENT_TYPES } from "./webhooks/types.ts";

/** The integration under test, as Revento has registered it. */
export interface Integration {
  client_id: string;
  client_secret: string;
  webhook_secret: string;
  redirect_uris: string[];
  name: string;
  /** `deprecated`: what exists works on, nothing new is connected. */
  status: "published" | "deprecated" | "suspended" | "unpublished";
  scopes: DeclaredScope[];
  declared_webhook_event_types: string[];
}

export function registerIntegration(config: Config): Integration {
  const manifest = config.integration;
  return {
    client_id: config.clientId,
    client_secret: config.clientSecret,
    webhook_secret: config.webhookSecret,
    redirect_uris: [...config.redirectUris],
    name: manifest?.name ?? "Example Integration",
    status: "published",
    scopes:
      manifest?.scopes.map((scope) => ({ ...scope })) ??
      SCOPES.map(({ name, required }) => ({ name, required })),
    declared_webhook_event_types: [...(manifest?.declared_webhook_event_types ?? EVENT_TYPES)],
  };
}
