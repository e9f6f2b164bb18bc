import type { Core } from "../core.ts";
import { resetEverything, resetSandbox } from "../core.ts";
import * as accounts from "./accounts.ts";
import * as applications from "./applications.ts";
import * as events from "./events.ts";
import * as lifecycle from "./lifecycle.ts";
import * as manifest from "./manifest.ts";
import * as program from "./program.ts";
import { type ActionResult, done } from "./result.ts";
import * as signUps from "./sign-ups.ts";
import { trigger } from "./trigger.ts";

/** What people and Revento do: each action changes the state and sends the webhooks that follow from it. */
export function createActions(core: Core) {
  const bind =
    <A extends unknown[], R>(action: (core: Core, ...args: A) => R) =>
    (...args: A): R =>
      action(core, ...args);
  return {
    apply: bind(applications.apply),
    approve: bind(applications.approve),
    reject: bind(applications.reject),
    requestRevision: bind(applications.requestRevision),
    resubmit: bind(applications.resubmit),
    register: bind(applications.register),
    cancel: bind(applications.cancel),
    reinstate: bind(applications.reinstate),
    editProfile: bind(accounts.editProfile),
    revokeUser: bind(accounts.revokeUser),
    signUp: bind(signUps.signUp),
    signOff: bind(signUps.signOff),
    updateActivity: bind(program.updateActivity),
    addActivity: bind(program.addActivity),
    removeActivity: bind(program.removeActivity),
    updateThread: bind(program.updateThread),
    updateLocation: bind(program.updateLocation),
    updateEvent: bind(events.updateEvent),
    publishEvent: bind(events.publishEvent),
    unpublishEvent: bind(events.unpublishEvent),
    archiveEvent: bind(lifecycle.archiveEvent),
    disconnect: bind(lifecycle.disconnect),
    removeFormalStatus: bind(lifecycle.removeFormalStatus),
    restoreFormalStatus: bind(lifecycle.restoreFormalStatus),
    suspend: bind(lifecycle.suspend),
    unsuspend: bind(lifecycle.unsuspend),
    deprecate: bind(lifecycle.deprecate),
    unpublishIntegration: bind(lifecycle.unpublishIntegration),
    publishIntegration: bind(lifecycle.publishIntegration),
    declareScope: bind(manifest.declareScope),
    withdrawScope: bind(manifest.withdrawScope),
    declareEventTypes: bind(manifest.declareEventTypes),
    registerRedirectUris: bind(manifest.registerRedirectUris),
    rotateWebhookSecret: bind(manifest.rotateWebhookSecret),
    rotateClientSecret: bind(manifest.rotateClientSecret),
    trigger: bind(trigger),
    /** Puts the sandbox back to its seed, as every Monday; tokens survive. */
    reset: (): ActionResult => {
      resetSandbox(core);
      return done({ reset: "sandbox" });
    },
    /** As if the emulator had just been started. */
    resetEverything: (): ActionResult => {
      resetEverything(core);
      return done({ reset: "everything" });
    },
  };
}

export type Actions = ReturnType<typeof createActions>;
