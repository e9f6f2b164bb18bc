import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApp } from "../src/app.ts";

test("healthz answers without the database", async () => {
  const response = await exports.default.fetch("https://integration.test/healthz");
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ status: "ok", version: expect.any(String) });
});

test("missing and malformed settings are named, their values never", async () => {
  const broken = { ...env, REVENTO_CLIENT_SECRET: "", SESSION_KEY: "too-short-a-key" };
  const response = await createApp().request("/healthz", {}, broken);
  const body = await response.text();
  expect(response.status).toBe(503);
  expect(JSON.parse(body)).toMatchObject({
    error: "misconfigured",
    keys: ["REVENTO_CLIENT_SECRET", "SESSION_KEY"],
  });
  expect(body).not.toContain("too-short-a-key");
});
