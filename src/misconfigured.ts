import type { ConfigFailure } from "./config.ts";
import { createLogger } from "./lib/log.ts";
import { BARE_HEADERS } from "./ui/index.ts";

/**
 * After how long work is tried again that came while a setting is malformed. A queue gives up after 100 tries: these
 * span over 16 hours, and as many again in its dead-letter queue, so that a deploy of the evening is mended in time.
 * The `retry_delay` of `wrangler.toml` is the same.
 */
export const MISCONFIGURED_RETRY_S = 600;

/** 503 that names the settings at fault, never their values: JSON, or a plain page for a browser. */
export function misconfigured(request: Request, failure: ConfigFailure): Response {
  const requestId = crypto.randomUUID();
  const keys = failure.problems.map(({ key }) => key);
  createLogger().error("misconfigured", { keys: keys.join(", "), requestId });
  const lines = failure.problems.map(({ key, expected }) => `${key}: must be ${expected}`);
  const headers = { ...BARE_HEADERS, "retry-after": "60" };
  if (!(request.headers.get("accept") ?? "").includes("text/html")) {
    const message = `These settings are missing or malformed. ${lines.join("; ")}.`;
    return Response.json(
      { error: "misconfigured", message, keys, request_id: requestId },
      { status: 503, headers },
    );
  }
  const items = lines.map((line) => `<li>${line.replaceAll("<", "&lt;")}</li>`).join("");
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Settings are missing</title>
<h1>Settings are missing</h1><p>This integration cannot start. Set these (docs/configuration.md tells how):</p>
<ul>${items}</ul><p>Request ${requestId}</p></html>`;
  return new Response(page, {
    status: 503,
    headers: { ...headers, "content-type": "text/html; charset=utf-8" },
  });
}
