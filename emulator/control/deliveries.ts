import { Hono } from "hono";
import { ActionError } from "../actions/error.ts";
import type { Core } from "../core.ts";
import type { Env } from "../http.ts";
import type { Delivery } from "../webhooks/log.ts";
import { replay } from "../webhooks/queue.ts";
import { readBody } from "./guard.ts";
import { optional } from "./params.ts";
import { refuseUnknown } from "./read.ts";
import { deliveryJson, deliveryRow } from "./show.ts";
import { readWindow, windowOf } from "./window.ts";

function find(core: Core, id: string): Delivery {
  const delivery = core.deliveries.get(id);
  if (!delivery) throw new ActionError(404, `there is no delivery ${id}`);
  return delivery;
}

function replayOne(core: Core, delivery: Delivery): void {
  const isUnderWay =
    delivery.status === "sending" || delivery.status === "pending" || delivery.status === "held";
  if (isUnderWay) throw new ActionError(409, `${delivery.id} is under way`);
  replay(core, delivery);
}

/** `/_emulator/deliveries`: newest first; `status=dead` is the dead-letter list. */
export function deliveryRoutes(core: Core): Hono<Env> {
  const deliveries = new Hono<Env>();
  deliveries.get("/", (c) => {
    const { status, type, event_id } = c.req.query();
    const isWanted = (delivery: Delivery) =>
      (!status || delivery.status === status) &&
      (!type || delivery.type === type) &&
      (!event_id || delivery.event_id === event_id);
    const rows = core.deliveries.all().filter(isWanted).reverse();
    return c.json(windowOf(rows, readWindow(c), deliveryRow));
  });
  deliveries.get("/:id", (c) => c.json(deliveryJson(find(core, c.req.param("id")))));
  deliveries.post("/:id/replay", (c) => {
    const delivery = find(core, c.req.param("id"));
    replayOne(core, delivery);
    return c.json(deliveryRow(delivery), 202);
  });
  deliveries.post("/replay", async (c) => {
    const body = await readBody(c);
    refuseUnknown(body, ["type"]);
    const type = optional(body, "type", "string");
    const dead = core.deliveries.all().filter((row) => row.status === "dead" && (!type || row.type === type));
    for (const delivery of dead) replayOne(core, delivery);
    return c.json({ replayed: dead.length }, 202);
  });
  deliveries.post("/deliver-due", async (c) => {
    await core.agenda.settle();
    return c.json({ delivered: true });
  });
  return deliveries;
}
