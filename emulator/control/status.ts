import { manifestJson } from "../actions/manifest.ts";
import { nextMondayReset } from "../clock.ts";
import type { Core } from "../core.ts";
import type { Json } from "../state/snapshots.ts";
import { masked } from "./show.ts";

export function clockJson(core: Core): Json {
  const { clock, settings } = core;
  return {
    now: new Date(clock.now()).toISOString(),
    revento: clock.stamp(),
    real: new Date(core.config.now()).toISOString(),
    ahead_ms: clock.ahead,
    skew_ms: settings.skew_ms,
    stamps: settings.stamps,
    next_reset_at: new Date(nextMondayReset(clock.now())).toISOString(),
    last_reset_at: core.resetAt === null ? null : new Date(core.resetAt).toISOString(),
  };
}

/** The emulator at a glance. Secrets are masked. */
export function statusJson(core: Core): Json {
  const { config, integration, store } = core;
  const deliveries: Record<string, number> = {};
  for (const { status } of core.deliveries.all()) deliveries[status] = (deliveries[status] ?? 0) + 1;
  return {
    clock: clockJson(core),
    urls: { auth: config.authUrl, api: config.apiUrl, webhook: core.settings.webhook_url },
    integration: {
      ...manifestJson(core),
      client_secret: masked(integration.client_secret),
      webhook_secret: masked(integration.webhook_secret),
    },
    organization: store.organization,
    events: store.events.size,
    accounts: store.accounts.size,
    connections: core.connections.all().length,
    active_connections: core.connections.all().filter(({ status }) => status === "active").length,
    active_grants: core.grants.active(() => true).length,
    deliveries,
    faults: core.faults.list().length,
    refresh_mode: core.settings.refresh_mode,
  };
}
