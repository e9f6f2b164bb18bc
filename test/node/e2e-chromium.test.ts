import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const root = new URL("../..", import.meta.url);

test("the browser tests say at once that there is no Chromium, and start nothing", () => {
  const { status, stdout, stderr } = spawnSync(
    "node_modules/.bin/vitest",
    ["run", "--config", "vitest.e2e.config.ts"],
    {
      cwd: root,
      env: { ...process.env, CI: "", CHROMIUM_PATH: "/no/such/chromium" },
      encoding: "utf8",
      timeout: 25_000,
    },
  );
  const said = stdout + stderr;
  expect(status).toBe(1);
  expect(said).toContain("There is no Chromium at /no/such/chromium. Install it");
  expect(said).not.toMatch(/test\/e2e\/[\w-]+\.test\.ts/);
});
