import { defineConfig } from "vitest/config";

/** Browser tests: the emulator, the Worker and Chromium as real processes. One file at a time: each starts its own pair. */
export default defineConfig({
  test: {
    name: "e2e",
    include: ["test/e2e/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: process.env.CI ? ["default", ["json", { outputFile: "test-results/e2e.json" }]] : ["default"],
  },
});
