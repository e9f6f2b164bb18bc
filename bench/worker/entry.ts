import { createApp } from "../../src/app.ts";
import type { Env } from "../../src/bindings.ts";
import { configOf } from "../../src/config.ts";
import { consume } from "../../src/jobs.ts";
import { createWorld, type World } from "../../src/world.ts";
import { type Counts, counted } from "./counted.ts";
import { drain } from "./drain.ts";
import { reconcile } from "./reconcile.ts";
import { seed } from "./seed.ts";

export { AttendanceObject } from "../../src/attendance/attendance-object.ts";
export { ConnectionObject } from "../../src/grants/connection-object.ts";
export { LedgerObject } from "../../src/lifecycle/ledger-object.ts";

/** The Worker as it is deployed, without a publisher's handlers, and beside it what the benchmark asks for. */
const app = createApp();
const quiet = { info: () => {}, warn: () => {}, error: (event: string) => console.error(event) };

function worldOf(env: Env, distanceMs = 0): { world: World; counts: Counts } {
  const config = configOf(env);
  if (!config.ok) throw new Error("the settings of the benchmark are malformed");
  const { binding, counts } = counted(env.DB, distanceMs);
  return { world: createWorld({ ...env, DB: binding }, config.value, { log: quiet }), counts };
}

async function bench(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  const number = (name: string) => Number(url.searchParams.get(name));
  const { world, counts } = worldOf(env, number("distance"));
  switch (url.pathname) {
    case "/bench/seed":
      return Response.json(await seed(world, number("connections")));
    case "/bench/drain":
      return Response.json({
        sentBack: await drain(world, {
          from: number("from"),
          count: number("count"),
          connections: number("connections"),
          size: number("size"),
          consumers: number("consumers"),
        }),
        ...counts,
      });
    case "/bench/reconcile":
      return Response.json({
        ...(await reconcile(world, { people: number("people"), steps: number("steps") })),
        ...counts,
      });
    case "/bench/walks": {
      const [people, answerMs] = [number("people"), number("answer")];
      const walks = Array.from({ length: number("consumers") }, (_, walk) =>
        reconcile(world, { people, steps: Number.POSITIVE_INFINITY, walk: walk + 1, answerMs }),
      );
      const ran = (await Promise.all(walks)).reduce((sum, one) => sum + one.ran, 0);
      return Response.json({ ran, ...counts });
    }
    case "/bench/visible": {
      const row = await env.DB.prepare("SELECT 1 FROM participants WHERE id = ?")
        .bind(url.searchParams.get("id"))
        .first();
      return Response.json({ isVisible: row !== null });
    }
    default:
      return new Response(null, { status: 404 });
  }
}

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    return pathname.startsWith("/bench/") ? bench(request, env) : app.fetch(request, env, ctx);
  },
  async queue(batch, env) {
    await consume(worldOf(env).world, batch);
  },
} satisfies ExportedHandler<Env>;
