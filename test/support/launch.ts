import { env } from "cloudflare:workers";
import { readConfig } from "../../src/config.ts";
import { randomToken } from "../../src/lib/encoding.ts";
import { createWorld, type World } from "../../src/world.ts";

/** Settings as `npm run secrets` makes them. */
export const strong = () => ({
  REVENTO_CLIENT_SECRET: randomToken(),
  REVENTO_WEBHOOK_SECRET: randomToken(),
  REVENTO_WEBHOOK_SECRET_PREVIOUS: "",
  TOKEN_KEYS: JSON.stringify([
    { kid: "one", key: randomToken() },
    { kid: "two", key: randomToken() },
  ]),
  SESSION_KEY: randomToken(),
  OPERATOR_TOKEN: randomToken(),
});

export function worldWith(settings: Record<string, string> = strong()): World {
  const config = readConfig({ ...env, ...settings });
  if (!config.ok) throw new Error(JSON.stringify(config.failure));
  return createWorld(env, config.value);
}
