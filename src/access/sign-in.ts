import type { AppContext } from "../app-env.ts";
import { appendAudit } from "../connections/index.ts";
import { fail, ok, type Result } from "../failure.ts";
import { hmacHexWith, isSameSecret } from "../lib/encoding.ts";
import { openSession } from "../sessions/index.ts";
import type { World } from "../world.ts";

/** A working day. There is no sliding: a stolen cookie ends by itself. */
const SESSION_MS = 8 * 3_600_000;
/** Mistyping is free; from then on each failure doubles the wait. */
const FREE_FAILURES = 4;
const MAX_WAIT_MS = 900_000;
const FORGOTTEN_AFTER_MS = 3_600_000;

/** How long an address has to wait after its latest failure, in ms. */
export function waitAfter(failures: number): number {
  if (failures <= FREE_FAILURES) return 0;
  return Math.min(MAX_WAIT_MS, 1000 * 2 ** Math.min(failures - FREE_FAILURES, 20));
}

/** Signs an operator in with the operator token. Failures are counted by address and make the next try wait. */
export async function signIn(c: AppContext, token: string): Promise<Result<null>> {
  const world = c.get("world");
  const address = await hashedAddress(world, c.req.header("cf-connecting-ip") ?? "local");
  const retryInS = await waitOf(world, address);
  if (retryInS > 0) return fail({ kind: "throttled", retryInS });
  if (!(await isSameSecret(token, world.config.operatorToken))) {
    await countFailure(world, address);
    world.log.warn("operator.sign_in_refused", { requestId: c.get("requestId") });
    return fail({ kind: "unauthorized", message: "This is not the operator token." });
  }
  await world.db.raw.prepare("DELETE FROM sign_in_failures WHERE address = ?").bind(address).run();
  await openSession(c, { kind: "operator", subject: "operator", lifetimeMs: SESSION_MS });
  await appendAudit(world, { connectionId: null, actor: "operator", action: "operator.signed_in" });
  return ok(null);
}

/** Keyed, because all addresses can be tried against a bare hash. A new session key forgets the failures. */
async function hashedAddress({ config }: World, address: string): Promise<string> {
  const [current] = config.sessionKeys;
  if (current === undefined) throw new Error("there is no session key");
  const hmacHex = await hmacHexWith(current.key);
  return hmacHex(`sign-in address ${address}`);
}

async function waitOf(world: World, address: string): Promise<number> {
  const row = await world.db.raw
    .prepare("SELECT count, last_at FROM sign_in_failures WHERE address = ?")
    .bind(address)
    .first<{ count: number; last_at: number }>();
  if (row === null || row.last_at + FORGOTTEN_AFTER_MS < world.now()) return 0;
  return Math.max(0, Math.ceil((row.last_at + waitAfter(row.count) - world.now()) / 1000));
}

async function countFailure(world: World, address: string): Promise<void> {
  const now = world.now();
  await world.db.raw.batch([
    world.db.raw
      .prepare(
        `INSERT INTO sign_in_failures (address, count, last_at) VALUES (?1, 1, ?2)
         ON CONFLICT (address) DO UPDATE SET last_at = ?2,
           count = CASE WHEN last_at + ${FORGOTTEN_AFTER_MS} < ?2 THEN 1 ELSE count + 1 END`,
      )
      .bind(address, now),
    world.db.raw.prepare("DELETE FROM sign_in_failures WHERE last_at < ?").bind(now - 24 * 3_600_000),
  ]);
}
