import { Agenda } from "./agenda.ts";
import { Meters } from "./api/meters.ts";
import { Clock, nextMondayReset } from "./clock.ts";
import { FaultPlan } from "./faults/plan.ts";
import { type Integration, registerIntegration } from "./integration.ts";
import { Connections } from "./oauth/connections.ts";
import { Grants } from "./oauth/grants.ts";
import type { Config } from "./options.ts";
import { Random } from "./random.ts";
import { restoreStore, seedStore } from "./seed/sandbox.ts";
import { initialSettings, type Settings } from "./settings.ts";
import type { Store } from "./state/store.ts";
import { DeliveryLog } from "./webhooks/log.ts";

/** All of the emulator's state, handed to every part. */
export interface Core {
  readonly config: Config;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly agenda: Agenda;
  /** Draws tokens, codes and delivery ids. */
  readonly secrets: Random;
  readonly integration: Integration;
  readonly store: Store;
  readonly grants: Grants;
  readonly connections: Connections;
  readonly deliveries: DeliveryLog;
  readonly faults: FaultPlan;
  readonly meters: Meters;
  /** What takes back the report of an activity's sign-ups while it waits for quiet. */
  readonly quiet: Map<string, () => void>;
  /** Fixes the dates of the seed, so that a reset gives the same data again. */
  readonly seededAt: number;
  /** When the sandbox was last reset, in the emulator's time. */
  resetAt: number | null;
}

export function createCore(config: Config): Core {
  const settings = initialSettings(config);
  const clock = new Clock(config, settings);
  const agenda = new Agenda({
    clock,
    schedule: config.schedule,
    concurrency: () => settings.delivery_concurrency,
    automatic: config.autoDeliver,
  });
  const seededAt = config.now();
  const core: Core = {
    config,
    settings,
    clock,
    agenda,
    secrets: new Random(config.secretSeed),
    integration: registerIntegration(config),
    store: seedStore(config, seededAt),
    grants: new Grants(),
    connections: new Connections(),
    deliveries: new DeliveryLog(),
    faults: new FaultPlan(config.seed),
    meters: new Meters(),
    quiet: new Map(),
    seededAt,
    resetAt: null,
  };
  planMondayReset(core);
  return core;
}

/** Puts the sandbox back to its seed. Tokens, connections and deliveries survive; no webhook tells of it. */
export function resetSandbox(core: Core): void {
  restoreStore(core.store, seedStore(core.config, core.seededAt));
  core.resetAt = core.clock.now();
}

/** As if the emulator had just been started: no grant, no delivery, no fault, default settings. */
export function resetEverything(core: Core): void {
  core.agenda.clear();
  core.clock.restart();
  Object.assign(core.settings, initialSettings(core.config));
  Object.assign(core.integration, registerIntegration(core.config));
  resetSandbox(core);
  core.store.organization.formal = true;
  core.grants.clear();
  core.connections.clear();
  core.deliveries.clear();
  core.faults.clear();
  core.meters.clear();
  core.quiet.clear();
  planMondayReset(core);
}

function planMondayReset(core: Core): void {
  const run = () => {
    if (core.settings.monday_reset) resetSandbox(core);
    planMondayReset(core);
  };
  // Nobody needs to be woken for it: the next request notices.
  core.agenda.add(nextMondayReset(core.clock.now()), "timer", run, false);
}
