import { DurableObject } from "cloudflare:workers";
import type { Env } from "../bindings.ts";

/** The grant of one (event, organization), or of one (user, event). */
export class ConnectionObject extends DurableObject<Env> {}
