import type { AppContext } from "../app-env.ts";
import { countSeals, readMetrics, toPrometheus } from "../monitoring/index.ts";

/** `GET /api/metrics`, as JSON or with `format=prometheus` as text. */
export async function showMetrics(c: AppContext): Promise<Response> {
  const metrics = await readMetrics(c.get("world"));
  if (c.req.query("format") !== "prometheus") return c.json(metrics);
  c.header("content-type", "text/plain; version=0.0.4; charset=utf-8");
  return c.body(toPrometheus(metrics));
}

/** `GET /api/seals`. */
export async function showSeals(c: AppContext): Promise<Response> {
  const seals = await countSeals(c.get("world"));
  return c.json({
    data: seals.map(({ keyId, seals: sealed, isCurrent, isInRing }) => ({
      key_id: keyId,
      seals: sealed,
      is_current: isCurrent,
      is_in_ring: isInRing,
    })),
    next_cursor: null,
    has_more: false,
  });
}
