import { Hono } from "hono";
import { ActionError } from "../actions/error.ts";
import type { Core } from "../core.ts";
import { FAULT_KINDS } from "../faults/kinds.ts";
import { ENDPOINTS } from "../faults/match.ts";
import { FaultError } from "../faults/read.ts";
import type { Env } from "../http.ts";
import { readBody } from "./guard.ts";
import { optional, required } from "./params.ts";
import { BadRequest, isBody } from "./read.ts";

/** `/_emulator/faults`: what is switched on, what there is, switch on, switch off. */
export function faultRoutes(core: Core): Hono<Env> {
  const faults = new Hono<Env>();
  faults.get("/", (c) => c.json({ data: core.faults.list() }));
  faults.get("/kinds", (c) => c.json({ kinds: FAULT_KINDS, endpoints: Object.keys(ENDPOINTS) }));
  faults.post("/", async (c) => {
    const body = await readBody(c);
    if (body.count !== undefined && body.count !== null) optional(body, "count", "number");
    const { match = {}, params = {} } = body;
    if (!isBody(match) || !isBody(params)) throw new BadRequest("match and params must be objects");
    try {
      return c.json(core.faults.add({ ...body, kind: required(body, "kind", "string"), match, params }), 201);
    } catch (error) {
      if (error instanceof FaultError) throw new BadRequest(error.message);
      throw error;
    }
  });
  faults.delete("/", (c) => {
    core.faults.clear();
    return c.json({ data: [] });
  });
  faults.delete("/:id", (c) => {
    if (!core.faults.remove(c.req.param("id")))
      throw new ActionError(404, `there is no fault ${c.req.param("id")}`);
    return c.json({ data: core.faults.list() });
  });
  return faults;
}
