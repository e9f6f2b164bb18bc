import { DurableObject } from "cloudflare:workers";
import type { Env } from "../bindings.ts";

/** The erasure ledger, outside the database. */
export class LedgerObject extends DurableObject<Env> {}
