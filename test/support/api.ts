import { exports } from "cloudflare:workers";
import { testSettings } from "./settings.ts";

const ORIGIN = testSettings.PUBLIC_URL;

/** Calls the Worker's API as the operator. `json` is the body's value. */
export async function api(
  method: string,
  path: string,
  json?: unknown,
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await exports.default.fetch(`${ORIGIN}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${testSettings.OPERATOR_TOKEN}`,
      ...(json === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}
