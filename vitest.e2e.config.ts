import { defineConfig } from "vitest/config";

/** Browser tests: the emulator, the Worker and Chromium as real processes. Two files at a time: each has a pair of its own, and mostly waits. */
export default defineConfig({
  test: {
    name: "e2e",
    include: ["test/e2e/**/*.test.ts"],
    environment: "node",
    globalSetup: ["./test/e2e/support/chromium.ts"],
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: process.env.CI ? ["default", ["json", { outputFile: "test-results/e2e.json" }]] : ["default"],
  },
});
