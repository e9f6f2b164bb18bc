import { Hono } from "hono";
import { ActionError } from "../actions/error.ts";
import type { Actions } from "../actions/index.ts";
import { ASSUMPTIONS } from "../assumptions.ts";
import type { Core } from "../core.ts";
import { ConnectionClosed } from "../failure.ts";
import type { Env } from "../http.ts";
import { SETTINGS } from "../settings-table.ts";
import { EVENT_TYPES } from "../webhooks/types.ts";
import { ACTION_TABLE } from "./action-table.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { faultRoutes } from "./faults.ts";
import { guardControl, readBody } from "./guard.ts";
import { optional, required } from "./params.ts";
import { BadRequest, readDuration, refuseUnknown } from "./read.ts";
import { changeSettings } from "./settings.ts";
import { stateRoutes } from "./state.ts";
import { clockJson, statusJson } from "./status.ts";

const SUBJECTS = ["event_id", "participant_id", "activity_id", "thread_id", "location_id"] as const;

/** `/_emulator/*`: what the console and the command line are built on. */
export function controlRoutes(core: Core, actions: Actions): Hono<Env> {
  const control = new Hono<Env>();
  control.use(guardControl());
  control.onError((error, c) => {
    if (error instanceof BadRequest) return c.json({ error: "bad_request", message: error.message }, 400);
    if (error instanceof ActionError)
      return c.json({ error: "refused", message: error.message }, error.status);
    if (!(error instanceof ConnectionClosed)) console.error(error);
    return c.json({ error: "internal_error", message: "The emulator itself has failed" }, 500);
  });
  control.route("/state", stateRoutes(core));
  control.route("/deliveries", deliveryRoutes(core));
  control.route("/faults", faultRoutes(core));
  control.get("/status", (c) => c.json(statusJson(core)));
  control.get("/assumptions", (c) => c.json({ data: ASSUMPTIONS }));
  addActions(control, core, actions);
  addSwitches(control, core, actions);
  return control;
}

function addActions(control: Hono<Env>, core: Core, actions: Actions): void {
  control.get("/actions", (c) => {
    const data = Object.entries(ACTION_TABLE).map(([name, { about, fields }]) => ({ name, about, fields }));
    return c.json({ data });
  });
  control.post("/actions/:action", async (c) => {
    const name = c.req.param("action");
    const spec = Object.hasOwn(ACTION_TABLE, name) ? ACTION_TABLE[name] : undefined;
    if (!spec)
      throw new ActionError(
        404,
        `no action is called ${name}; there are: ${Object.keys(ACTION_TABLE).join(", ")}`,
      );
    const body = await readBody(c);
    refuseUnknown(body, Object.keys(spec.fields));
    return c.json(spec.run(actions, body, core));
  });
  control.get("/trigger", (c) => c.json({ types: EVENT_TYPES }));
  control.post("/trigger", async (c) => {
    const body = await readBody(c);
    refuseUnknown(body, ["type", "only_send", ...SUBJECTS]);
    const subject = Object.fromEntries(SUBJECTS.map((name) => [name, optional(body, name, "string")]));
    const only_send = optional(body, "only_send", "boolean");
    return c.json(actions.trigger(required(body, "type", "string"), { ...subject, only_send }));
  });
}

function addSwitches(control: Hono<Env>, core: Core, actions: Actions): void {
  control.get("/clock", (c) => c.json(clockJson(core)));
  control.post("/clock", async (c) => {
    const body = await readBody(c);
    refuseUnknown(body, ["advance"]);
    await core.agenda.advance(readDuration(body.advance));
    return c.json(clockJson(core));
  });
  control.get("/settings", (c) => c.json({ values: core.settings, about: SETTINGS }));
  control.post("/settings", async (c) =>
    c.json({ values: changeSettings(core.settings, await readBody(c)) }),
  );
  control.post("/reset", async (c) => {
    const body = await readBody(c);
    refuseUnknown(body, ["scope"]);
    const scope = optional(body, "scope", "string") ?? "sandbox";
    if (scope !== "sandbox" && scope !== "everything")
      throw new BadRequest("scope must be sandbox or everything");
    return c.json(scope === "sandbox" ? actions.reset() : actions.resetEverything());
  });
}
