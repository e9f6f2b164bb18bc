import type { Core } from "../core.ts";
import { EVENT_TYPES } from "../webhooks/types.ts";
import { ActionError } from "./error.ts";
import { perform } from "./perform.ts";
import { type ActionResult, done } from "./result.ts";
import { send } from "./send.ts";
import type { Subject } from "./subject.ts";

export interface TriggerOptions extends Subject {
  /** Send the snapshot of now, and change nothing. */
  only_send?: boolean | undefined;
}

/**
 * Makes a webhook of a type happen: by doing what it follows from, as on Revento itself, or, where that has been done
 * already or is nothing that anybody does, by sending the snapshot of now. Subjects that are not named are chosen: a
 * connected event, and in it somebody or something that fits. Types that are not in the contract can only be sent.
 */
export function trigger(core: Core, type: string, options: TriggerOptions = {}): ActionResult {
  if (!/^[a-z_]+(\.[a-z_]+)+$/.test(type)) {
    throw new ActionError(400, `${type} is no event type; there are: ${EVENT_TYPES.join(", ")}`);
  }
  const performed = options.only_send === true ? undefined : perform(core, type, options);
  return performed ?? done({ type, event_id: options.event_id ?? null }, [send(core, type, options)]);
}
