import type { Hono } from "hono";
import { type Actions, createActions } from "./actions/index.ts";
import { createApp } from "./app.ts";
import { type Core, createCore } from "./core.ts";
import type { FaultPlan } from "./faults/plan.ts";
import type { Env } from "./http.ts";
import { type AuthorizeOptions, authorize } from "./oauth/authorize.ts";
import { type EmulatorOptions, resolveOptions } from "./options.ts";
import type { Settings } from "./settings.ts";

export { ActionError } from "./actions/error.ts";
export type { ActionResult } from "./actions/result.ts";
export { ConnectionClosed } from "./failure.ts";
export { FaultError } from "./faults/read.ts";
export type { Fault, FaultRequest } from "./faults/types.ts";
export { AuthorizationRefused, type AuthorizeOptions } from "./oauth/authorize.ts";
export type { DeclaredScope, EmulatorOptions, IntegrationOptions } from "./options.ts";
export type { Settings } from "./settings.ts";
export type { Delivery } from "./webhooks/log.ts";

export interface Emulator {
  /** OAuth at `/oauth/*`, the API at `/api/v1/*`, control at `/_emulator/*`, the console at `/`. */
  app: Hono<Env>;
  /** Answers a request; rejects like a failing `fetch` where a fault closes the connection. */
  fetch(request: Request): Promise<Response>;
  /** Everything that the emulator knows; meant for looking. */
  state: Pick<Core, "store" | "grants" | "connections" | "deliveries" | "integration" | "meters">;
  /** `advance` moves ahead and does on the way what falls due; deliveries only while they are automatic. */
  clock: { now(): number; wall(): number; advance(ms: number): Promise<void> };
  /** Delivers everything due now and waits for the answers. */
  deliverDue(): Promise<void>;
  /** The actions of the control API. */
  actions: Actions;
  faults: FaultPlan;
  /** What can be switched; change the fields. */
  settings: Settings;
  /** Does what a person does on the consent page; returns the address that the browser is sent back to. */
  authorize(options: AuthorizeOptions): Promise<string>;
}

/** Creates a Revento of one's own: its state lives and ends with it. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const core = createCore(resolveOptions(options));
  const actions = createActions(core);
  const app = createApp(core, actions);
  const { store, grants, connections, deliveries, integration, meters, clock, agenda, faults, settings } =
    core;
  return {
    app,
    fetch: async (request) => app.fetch(request),
    state: { store, grants, connections, deliveries, integration, meters },
    clock: {
      now: () => clock.now(),
      wall: () => clock.wall(),
      advance: (ms) => agenda.advance(ms),
    },
    deliverDue: () => agenda.settle(),
    actions,
    faults,
    settings,
    authorize: async (request) => authorize(core, request),
  };
}
