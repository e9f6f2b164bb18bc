import { CompactEncrypt } from "jose";
import { testSettings } from "../../support/settings.ts";
import { randomToken, strong } from "../../support/strong-settings.ts";
import type { Change, Instance, SetUp } from "./planted.ts";
import { migrationFiles } from "./workerd.ts";

/** What is wrong, by the line that has to say so, and what it has to say. */
type Planted = Readonly<Record<string, readonly [what: string, evidence: RegExp]>>;

/** An instance whose code is right, and that nobody set up well. */
export const BADLY_SET_UP: Planted = {
  "secrets-strong": ["a weak OPERATOR_TOKEN", /OPERATOR_TOKEN has a word of a dictionary/],
  sealing: [
    "a stored grant whose key was taken from the ring",
    /^the stored grant of con_planted does not open with a key of the ring$/,
  ],
  migrations: ["the last migration not applied", /^not applied: \d{4}_\w+\.sql$/],
  queues: ["a queue without a consumer", /^no message came back from revento-sync$/],
  crons: ["a cron whose work fails", /^\*\/5 \* \* \* \* ended with \d failed$/],
  scopes: [
    "a connection that granted something else",
    /evt_planted\/org_planted lacks participants\.read; evt_planted\/org_planted has undeclared payments\.write/,
  ],
  "alert-channels": ["a channel that refuses", /^planted: .*404/],
};

/** An instance that is set up well, and whose code is another. */
export const BADLY_BUILT: Planted = {
  "encryption-at-rest": ["a build that does not seal", /does not hide what it seals/],
  "only-needed-types": ["a manifest with types that nothing uses", /activity\.updated/],
  healthy: ["another version", /^\/healthz answered 200, version 0\.0\.1/],
  clock: ["a clock an hour ahead", /the integration within 30 s of the caller: 3\d{3} s off/],
};

const channelAt = (url: string): string =>
  JSON.stringify([
    {
      id: "planted",
      signal: "*",
      channels: [{ kind: "webhook", name: "planted", url, secret: randomToken() }],
    },
  ]);

/** @param serverUrl answers for Revento, of whom only the time is asked */
const settingsWith = (serverUrl: string, channelUrl: string): Record<string, string> => ({
  ...testSettings,
  ...strong(),
  REVENTO_AUTH_URL: serverUrl,
  // Loopback, so that channels may be loopback too.
  PUBLIC_URL: "http://localhost:8787",
  ALERT_RULES: channelAt(channelUrl),
});

export const asItIs = (serverUrl: string): SetUp => ({ settings: settingsWith(serverUrl, serverUrl) });

export const badlySetUp = (serverUrl: string, channelUrl: string): SetUp => ({
  settings: { ...settingsWith(serverUrl, channelUrl), OPERATOR_TOKEN: `a-password-of-mine-${randomToken()}` },
  withoutConsumer: "revento-sync",
  withoutMigration: migrationFiles().at(-1) ?? "",
});

/** What its database holds, and does not hold any more. */
export async function spoilDatabase(instance: Instance): Promise<void> {
  const lost = crypto.getRandomValues(new Uint8Array(32));
  const life = { sub: "evt_planted/org_planted", gen: 1, rot: 1 };
  const sealed = (field: string): Promise<string> =>
    new CompactEncrypt(new TextEncoder().encode(randomToken()))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: "lost", ...life, field })
      .encrypt(lost);
  const held = {
    identity: { kind: "installation", eventId: "evt_planted", organizationId: "org_planted" },
    connectionId: "con_planted",
    generation: 1,
    rotation: 1,
    sealedAccess: await sealed("access"),
    sealedRefresh: await sealed("refresh"),
    keyId: "lost",
  };
  await instance.sql(
    `INSERT INTO grant_copies (connection_id, generation, rotation, sealed, key_id, written_at)
     VALUES ('con_planted', 1, 1, ?, 'lost', 1)`,
    JSON.stringify(held),
  );
  await instance.sql(
    `INSERT INTO connections (id, event_id, organization_id, generation, state, connected_at, life_started_at,
       created_at, granted_scopes, asked_scopes)
     VALUES ('con_planted', 'evt_planted', 'org_planted', 1, 'active', 1, 1, 1, ?1, ?1)`,
    JSON.stringify(["event.read", "payments.write"]),
  );
  await instance.sql("DROP TABLE spills");
}

const CHANGES: readonly Change[] = [
  {
    file: "src/lib/seal.ts",
    from: "  return new CompactEncrypt(utf8(text))",
    to: "  if (text !== '') return Promise.resolve(text);\n  return new CompactEncrypt(utf8(text))",
  },
  { file: "src/manifest.ts", from: 'optional: ["program.read"]', to: "optional: []" },
  { file: "package.json", from: '"version": "0.1.0"', to: '"version": "0.0.1"' },
];

export const badlyBuilt = (serverUrl: string): SetUp => ({
  ...asItIs(serverUrl),
  changes: CHANGES,
  ahead: 3_600_000,
});
