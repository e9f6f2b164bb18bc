import type { Context } from "hono";
import type { Env } from "./bindings.ts";
import type { World } from "./world.ts";

/** What every route of the Hono app finds in its context. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    world: World;
    requestId: string;
    language: "en" | "pl";
    /** Behind the operator's guards: who, as the audit log says it. */
    operator?: string;
  };
}

export type AppContext = Context<AppEnv>;
