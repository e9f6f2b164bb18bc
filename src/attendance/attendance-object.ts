import { DurableObject } from "cloudflare:workers";
import type { Env } from "../bindings.ts";

/** Live sockets of one event's attendance pages. */
export class AttendanceObject extends DurableObject<Env> {}
