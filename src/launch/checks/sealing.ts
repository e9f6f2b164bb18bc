import type { Config, TokenKey } from "../../config.ts";
import { tryCopies } from "../../grants/index.ts";
import { randomToken } from "../../lib/encoding.ts";
import { seal, unseal } from "../../lib/seal.ts";
import type { World } from "../../world.ts";
import { type CheckResult, failed, passed } from "../check.ts";

const PLACE = { sub: "self-test/self-test", field: "access", gen: 1 };

/** Why a key does not do its work, or null. The grant that is sealed is made up, and never stored. */
async function problemOf(config: Config, key: TokenKey): Promise<string | null> {
  const secret = randomToken();
  const sealed = await seal([key], PLACE, secret);
  if (sealed.includes(secret)) return `${key.kid} does not hide what it seals`;
  const opened = await unseal(config.tokenKeys, PLACE, sealed);
  if (!opened.ok || opened.text !== secret) return `${key.kid} does not open what it sealed`;
  const elsewhere = await unseal(config.tokenKeys, { ...PLACE, sub: "self-test/other" }, sealed);
  return elsewhere.ok ? `what ${key.kid} sealed opens in another place` : null;
}

/** Stored grants that are opened, newest first: enough to see that they are sealed, and with a key of the ring. */
const TRIED = 50;

export async function checkSealing(world: World): Promise<CheckResult> {
  const { config } = world;
  const problems = await Promise.all(config.tokenKeys.map((key) => problemOf(config, key)));
  const { tried, closed } = await tryCopies(world, TRIED);
  const found = [
    ...problems.filter((problem) => problem !== null),
    ...closed.map((id) => `the stored grant of ${id} does not open with a key of the ring`),
  ];
  return found.length === 0
    ? passed(
        "sealing",
        `a test grant opened with each of ${config.tokenKeys.length} keys, and nowhere else; ${tried} stored grants open with them`,
      )
    : failed("sealing", found.join("; "), "Put the key that is missing back into TOKEN_KEYS.");
}
