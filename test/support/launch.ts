import { env } from "cloudflare:workers";
import { readConfig } from "../../src/config.ts";
import { createWorld, type World } from "../../src/world.ts";
import { strong } from "./strong-settings.ts";

export function worldWith(settings: Record<string, string> = strong()): World {
  const config = readConfig({ ...env, ...settings });
  if (!config.ok) throw new Error(JSON.stringify(config.failure));
  return createWorld(env, config.value);
}
