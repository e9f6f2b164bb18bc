import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import type { Env } from "../src/bindings.ts";

const OLD = env.SESSION_KEY ?? "";
const NEW = "M".repeat(43);

/** The integration under a set of session keys, as one browser sees it. */
function get(keys: Partial<Env>, path: string, cookie = ""): Response | Promise<Response> {
  return createApp().request(`https://integration.test${path}`, { headers: { cookie } }, { ...env, ...keys });
}

async function beginUnder(keys: Partial<Env>): Promise<{ path: string; cookie: string }> {
  const response = await get(keys, "/connect?event_id=evt_1");
  const state = new URL(response.headers.get("location") ?? "").searchParams.get("state");
  const cookie = (response.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
  return { path: `/connect/callback?error=access_denied&state=${state}`, cookie };
}

test("whoever is on Revento's consent page while the session key is rotated comes back and goes on", async () => {
  const { path, cookie } = await beginUnder({ SESSION_KEY: OLD });
  const response = await get({ SESSION_KEY: NEW, SESSION_KEY_PREVIOUS: OLD }, path, cookie);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("Without your consent");
});

test("once the rotation is finished the old key opens nothing", async () => {
  const { path, cookie } = await beginUnder({ SESSION_KEY: OLD });
  const response = await get({ SESSION_KEY: NEW }, path, cookie);
  expect(response.status).toBe(400);
});
