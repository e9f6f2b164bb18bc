import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env } from "../../src/bindings.ts";

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      readonly TEST_MIGRATIONS: D1Migration[];
    }
    interface GlobalProps {
      mainModule: typeof import("../../src/index.ts");
    }
  }
}

type WorkerEnv = Env;
