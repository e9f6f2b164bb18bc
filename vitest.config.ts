import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { testSettings } from "./test/support/settings.ts";

/** `workers` runs in real workerd with the bindings of wrangler.toml; `node` holds what needs Node: the emulator, scripts, the import graph. */
export default defineConfig({
  test: {
    // Intercepted lines are sent to the runner on a timer of the request that wrote them. Where that is a queue's
    // delivery that ends with the file, the timer is gone with it, and the runner waits for ever.
    disableConsoleIntercept: true,
    // Vitest leaves one core free for a person who watches: on two cores it would run one file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: { ...testSettings, TEST_MIGRATIONS: await readD1Migrations("./migrations") },
            },
          })),
        ],
        test: {
          name: "workers",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/node/**", "test/e2e/**"],
          setupFiles: ["./test/support/setup.ts"],
          globalSetup: ["./test/node/support/global-receivers.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: { name: "node", include: ["test/node/**/*.test.ts"], environment: "node", testTimeout: 30_000 },
      },
    ],
  },
});
