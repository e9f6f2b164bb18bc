import { env } from "cloudflare:workers";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { checkSecrets, strengthBits } from "../../src/launch/checks/secrets.ts";
import { runSelfTest } from "../../src/launch/index.ts";
import { randomToken } from "../../src/lib/encoding.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant } from "../support/grants.ts";
import { worldWith } from "../support/launch.ts";
import { testSettings } from "../support/settings.ts";
import { strong } from "../support/strong-settings.ts";
import { startTime } from "../support/time.ts";

const resultOf = async (id: string, world = worldWith()) =>
  (await runSelfTest(world)).checks.find((check) => check.id === id);

/** The ring that `connectGrant` seals with. */
const ringOfTests = () => worldWith({ ...strong(), TOKEN_KEYS: testSettings.TOKEN_KEYS });

/** A grant as a consent leaves it. */
async function storeGrant(): Promise<string> {
  startTime();
  onTestFinished(() => void vi.useRealTimers());
  return (await connectGrant(startEmulator())).connectionId;
}

const connect = (id: string, scopes: readonly string[]) =>
  env.DB.prepare(
    `INSERT INTO connections (id, event_id, organization_id, generation, state, connected_at, life_started_at, created_at, granted_scopes, asked_scopes)
     VALUES (?1, ?1, 'org_1', 1, 'active', 1, 1, 1, ?2, ?2)`,
  )
    .bind(id, JSON.stringify(scopes))
    .run();

beforeEach(async () => {
  for (const table of ["grant_copies", "connections", "trials"]) await env.DB.exec(`DELETE FROM ${table}`);
});

test("every key of the ring seals and opens, and a stored grant opens with one of them", async () => {
  await storeGrant();
  expect(await resultOf("sealing", ringOfTests())).toMatchObject({
    ok: true,
    evidence: expect.stringMatching(/opened with each of 2 keys, .* 1 stored grants open/),
  });
});

test("a stored grant whose key is no longer in the ring is named", async () => {
  const id = await storeGrant();
  expect(await resultOf("sealing", worldWith())).toMatchObject({
    ok: false,
    evidence: `the stored grant of ${id} does not open with a key of the ring`,
  });
});

test.each([
  ["with a token that is not sealed", "json_set(sealed, '$.sealedAccess', 'rev_install_plainly')"],
  ["not sealed at all", "'rev_install_plainly'"],
  ["of another connection", "json_set(sealed, '$.connectionId', 'another')"],
  ["of another rotation", "json_set(sealed, '$.rotation', 7)"],
])("a stored grant %s is named, and not shown", async (_what, sealed) => {
  const id = await storeGrant();
  await env.DB.exec(`UPDATE grant_copies SET sealed = ${sealed}`);
  const result = await resultOf("sealing", ringOfTests());
  expect(result).toMatchObject({ ok: false, evidence: expect.stringContaining(id) });
  expect(JSON.stringify(result)).not.toContain("rev_install_plainly");
});

test("strong secrets pass; weak, common and repeated ones are named by their keys alone", () => {
  expect(checkSecrets(worldWith().config)).toMatchObject({ ok: true });
  const token = randomToken();
  const weak = worldWith({
    ...strong(),
    REVENTO_CLIENT_SECRET: "short-one",
    REVENTO_WEBHOOK_SECRET: token,
    OPERATOR_TOKEN: token,
    SESSION_KEY: "A".repeat(43),
  });
  const result = checkSecrets(weak.config);
  expect(result.evidence).toContain("REVENTO_CLIENT_SECRET is too short");
  expect(result.evidence).toContain("OPERATOR_TOKEN is the same as another secret");
  expect(result.evidence).toContain("SESSION_KEY is too short or repeats itself");
  expect(result.evidence).not.toContain("short-one");
  expect(result.evidence).not.toContain(token);
});

test("a word of a dictionary is no secret, however long it is", () => {
  const result = checkSecrets(
    worldWith({ ...strong(), OPERATOR_TOKEN: `my-password-is-very-long-${randomToken(8)}` }).config,
  );
  expect(result.evidence).toContain("OPERATOR_TOKEN has a word");
});

test("strength is measured in bits", () => {
  expect(strengthBits("a".repeat(1000))).toBe(0);
  expect(strengthBits(randomToken())).toBeGreaterThan(150);
});

test("migrations that are applied pass; one that is missing is named", async () => {
  expect(await resultOf("migrations")).toMatchObject({ ok: true });
  const rename = (from: string, to: string) =>
    env.DB.prepare("UPDATE d1_migrations SET name = ?2 WHERE name = ?1").bind(from, to).run();
  await rename("0000_initial.sql", "other.sql");
  const result = await resultOf("migrations");
  await rename("other.sql", "0000_initial.sql");
  expect(result).toMatchObject({ ok: false, evidence: expect.stringMatching(/not applied: 0000_/) });
});

test("granted scopes are compared with the manifest", async () => {
  await connect("evt_good", ["event.read", "participants.read"]);
  expect(await resultOf("scopes")).toMatchObject({ ok: true, evidence: expect.stringContaining("1 active") });
  await connect("evt_bad", ["event.read", "payments.write"]);
  const result = await resultOf("scopes");
  expect(result?.evidence).toContain("evt_bad/org_1 lacks participants.read");
  expect(result?.evidence).toContain("evt_bad/org_1 has undeclared payments.write");
});

test("a check that breaks fails alone", async () => {
  const world = worldWith();
  const broken = {
    ...world,
    db: {
      ...world.db,
      raw: {
        prepare: () => {
          throw new Error("no database");
        },
      } as unknown as D1Database,
    },
  };
  const { checks } = await runSelfTest(broken);
  expect(checks.find(({ id }) => id === "migrations")).toMatchObject({
    ok: false,
    evidence: expect.stringContaining("no database"),
  });
  expect(checks.find(({ id }) => id === "secrets-strong")).toMatchObject({ ok: true });
});

test("the self-test tells what is registered, and no secret", async () => {
  const settings = strong();
  const text = JSON.stringify(await runSelfTest(worldWith(settings)));
  expect(text).toContain("https://integration.test/connect/callback");
  for (const secret of Object.values(settings)) if (secret !== "") expect(text).not.toContain(secret);
});
