import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import {
  type Connection,
  type ConnectionReason,
  endConnection,
  findConnection,
  openConnection,
} from "../../src/connections/index.ts";
import { applyLifecycleEvent, ledgerOf } from "../../src/lifecycle/index.ts";
import { judge } from "../../src/monitoring/judge.ts";
import { REASONS, SIGNALS } from "../../src/operator/words.ts";
import { raiseSignal, resolveSignal } from "../../src/signals/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { seedEvent } from "../support/event.ts";
import { operatorBrowser, readPage, tableRows, textOf } from "../support/ops.ts";
import { testSettings } from "../support/settings.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const world = testWorld({ env: withoutDelivery() });
const DAY_MS = 86_400_000;
const pathOf = ({ eventId, organizationId }: { eventId: string; organizationId: string }): string =>
  `/ops/connections/${eventId}/${organizationId}`;

async function setHealth({ id }: Connection, state: string, checkedAt: number): Promise<void> {
  await env.DB.prepare("UPDATE connections SET health_state = ?2, health_checked_at = ?3 WHERE id = ?1")
    .bind(id, state, checkedAt)
    .run();
}

test("a page never says healthy of a look that is too old; it says when it was", async () => {
  const connection = await seedEvent();
  const browser = await operatorBrowser();
  const healthOf = async () =>
    textOf(await readPage(browser, pathOf(connection))).match(/Health State (\w+)/)?.[1];
  await setHealth(connection, "healthy", Date.now() - 39 * 60_000);
  expect(await healthOf()).toBe("healthy");
  const seen = Date.now() - 41 * 60_000;
  await setHealth(connection, "healthy", seen);
  expect(await healthOf()).toBe("unknown");
  const page = textOf(await readPage(browser, pathOf(connection)));
  expect(page).toContain(`last seen healthy at ${new Date(seen).toISOString()}`);
  const listed = tableRows(await readPage(browser, `/ops/connections?q=${connection.eventId}`));
  expect(listed.map((row) => row[4])).toEqual(["unknown"]);
});

test("participants are searched without case and marks, and paged", async () => {
  const crowd = Array.from({ length: 120 }, (_, n) => ({
    id: `ptp_${String(n).padStart(3, "0")}`,
    name: `Nowak ${n}`,
  }));
  const connection = await seedEvent([
    ...crowd,
    { id: "ptp_zolc", name: "Łukasz Żółć", status: "pending" },
    { id: "ptp_gone", name: "Ola Kowalska", state: "cancelled" },
  ]);
  const browser = await operatorBrowser();
  const find = async (query: string) =>
    tableRows(await readPage(browser, `${pathOf(connection)}/participants?q=${query}`));
  expect(await find("LUKASZ+zolc")).toEqual([
    ["Łukasz Żółć", "x@example.test", "pending", "present", expect.any(String), "–", "ptp_zolc"],
  ]);
  expect((await find("kowalska"))[0]?.[3]).toBe("cancelled");
  expect((await find("119+NOWAK")).map((row) => row[6])).toEqual(["ptp_119"]);
  expect((await find("ptp_007")).map((row) => row[6])).toEqual(["ptp_007"]);
  expect((await find("%C5%82ukasz")).map((row) => row[6])).toEqual(["ptp_zolc"]);
  for (const other of ["kowalska+nowak", "%25", "_", "*"]) expect(await find(other), other).toEqual([]);
  expect(await find("nobody")).toEqual([]);
  expect(textOf(await readPage(browser, `${pathOf(connection)}/participants?q=nobody`))).toContain(
    "nobody fits",
  );
  const ids: string[] = [];
  for (let path: string | undefined = `${pathOf(connection)}/participants?q=nowak`; path !== undefined; ) {
    const html: string = await readPage(browser, path);
    ids.push(...tableRows(html).map((row) => row[6] ?? ""));
    path = /href="([^"]*)"[^>]*>\s*Next page/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  }
  expect(ids).toEqual(crowd.map(({ id }) => id));
});

/** A page of a Worker with other settings. */
async function under(settings: Readonly<Record<string, string>>, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` };
  const response = await createApp().request(
    `${testSettings.PUBLIC_URL}${path}`,
    { headers },
    { ...env, ...settings },
  );
  expect(response.status).toBe(200);
  return response.text();
}

const SECRET_KEYS = ["A", "E", "M"].map((fill) => fill.repeat(43));
const ring = (...kids: readonly string[]): { TOKEN_KEYS: string } => ({
  TOKEN_KEYS: JSON.stringify(kids.map((kid, n) => ({ kid, key: SECRET_KEYS[n] }))),
});

test("the keys page says how far a rotation is, from the new key to the removed one", async () => {
  const emulator = startEmulator();
  await emulator.connect();
  const connection = await findConnection(world, emulator);
  expect(connection?.keyId).toBe("test-2");
  const states = async (...kids: readonly string[]) => {
    const rows = tableRows(await under(ring(...kids), "/ops/keys"));
    return Object.fromEntries(rows.map(([kid, seals, state]) => [kid, [Number(seals) > 0, state]]));
  };
  expect(await states("test-2", "test-1")).toEqual({
    "test-2": [true, "seals and opens"],
    "test-1": [false, "can be removed"],
  });
  expect(await states("test-3", "test-2")).toEqual({
    "test-3": [false, "seals and opens"],
    "test-2": [true, "opens"],
  });
  expect(await states("test-3")).toMatchObject({ "test-2": [true, "missing: put it back into TOKEN_KEYS"] });
});

test("the configuration page says what is set and what a check found, and no secret", async () => {
  const access = { ACCESS_TEAM_DOMAIN: "https://team.cloudflareaccess.test", ACCESS_AUD: "aud" };
  const html = await under({ ...access, DATA_JURISDICTION: "eu" }, "/ops/configuration");
  const text = textOf(html);
  for (const said of [
    `Public URL ${testSettings.PUBLIC_URL}`,
    `API ${testSettings.REVENTO_API_URL}`,
    `Client id ${testSettings.REVENTO_CLIENT_ID}`,
    "Webhook secrets 2 accepted",
    "Keys test-2, test-1",
    `Cloudflare Access ${access.ACCESS_TEAM_DOMAIN}`,
    "Jurisdiction eu",
    `${testSettings.PUBLIC_URL}/connect/callback`,
  ]) {
    expect(text).toContain(said);
  }
  const checks = tableRows(html);
  expect(checks.length).toBeGreaterThan(5);
  for (const [check, result] of checks) expect(["passes", "fails", "look yourself"], check).toContain(result);
  const { REVENTO_CLIENT_SECRET, REVENTO_WEBHOOK_SECRET, SESSION_KEY, OPERATOR_TOKEN } = testSettings;
  for (const secret of [
    REVENTO_CLIENT_SECRET,
    REVENTO_WEBHOOK_SECRET,
    SESSION_KEY,
    OPERATOR_TOKEN,
    ...SECRET_KEYS,
  ]) {
    expect(html).not.toContain(secret);
  }
});

async function endedBy(reason: ConnectionReason): Promise<string> {
  const key = { eventId: `evt_ended_${reason}`, organizationId: "org_reasons" };
  const isPlatform = reason === "suspended" || reason === "unpublished";
  // Suspension and unpublishing are global: what began before them is theirs.
  const began = Date.now() - (isPlatform ? (reason === "suspended" ? 9 : 12) * DAY_MS : 1_000);
  const opened = await openConnection(world, {
    ...key,
    connectedAt: began,
    grantedScopes: ["event.read"],
    askedScopes: ["event.read"],
  });
  const told = { eventId: null, organizationId: null, data: {} };
  if (isPlatform) {
    await applyLifecycleEvent(world, { ...told, type: `integration.${reason}`, occurredAt: began + 60_000 });
  } else {
    await endConnection(world, { ...key, reason, at: Date.now(), generation: opened.generation });
  }
  return pathOf(key);
}

test.each(Object.entries(REASONS))(
  "%s: the page says what happened, and what comes next",
  async (reason, words) => {
    const browser = await operatorBrowser();
    const html = textOf(await readPage(browser, await endedBy(reason as ConnectionReason)));
    expect(html).toContain(words.what);
    expect(html).toContain(words.next);
    const [row] = tableRows(await readPage(browser, `/ops/connections?reason=${reason}`));
    expect(row?.[0]).toContain(`evt_ended_${reason}`);
    expect(row?.[3]).toBe(reason);
  },
);

test("where the cause is not known, the words say so; every reason has words of its own", () => {
  for (const reason of ["token_revoked", "invalid_grant"])
    expect(REASONS[reason]?.what).toContain("not known");
  const all = Object.values(REASONS);
  expect(all).toHaveLength(10);
  expect(new Set(all.map(({ what }) => what)).size).toBe(10);
});

test("the overview says of who waits for an organizer what comes next", async () => {
  await endedBy("invalid_grant");
  const html = await readPage(await operatorBrowser(), "/ops");
  const row = tableRows(html).find(([event]) => event?.includes("evt_ended_invalid_grant"));
  expect(row?.[3]).toBe(REASONS.invalid_grant?.next);
});

test("the ledger counts each erasure down, from under way to complete", async () => {
  const ledger = ledgerOf(world);
  const enter = (id: string, daysAgo: number) =>
    ledger.request({
      id,
      eventId: `evt_${id}`,
      organizationId: "org_ledger",
      generation: 1,
      connectedAt: 1,
      reason: "organizer_revoked",
      by: "revento",
      requestedAt: Date.now() - daysAgo * DAY_MS,
      deadlineAt: Date.now() + (30 - daysAgo) * DAY_MS + 1_000,
    });
  for (const [id, daysAgo] of [
    ["begun", 0],
    ["late", 27],
    ["soon", 29],
    ["overdue", 33],
    ["erased", 2],
    ["complete", 9],
  ] as const) {
    await enter(id, daysAgo);
  }
  await ledger.count("erased", { participants: 40, check_ins: 2 });
  await ledger.prove("erased", { lookedAt: Date.now(), tables: 18, rows: 0 }, false);
  await ledger.prove("complete", { lookedAt: Date.now(), tables: 18, rows: 0 }, true);
  const rows = tableRows(await readPage(await operatorBrowser(), "/ops/erasures"));
  const states = Object.fromEntries(
    rows.map(([event = "", , , , , state = "", erased, proof]) => [
      event.replace("evt_", ""),
      [state.replace(/ \d{4}-.*$/, ""), erased, proof],
    ]),
  );
  expect(states).toMatchObject({
    begun: ["30 days left", "0", "–"],
    late: ["3 days left", "0", "–"],
    soon: ["24 hours left", "0", "–"],
    overdue: ["overdue by 2 days", "0", "–"],
    erased: ["erased, queues run out 28 days left", "42", "0 rows left in 18 tables"],
    complete: ["complete", "0", "0 rows left in 18 tables"],
  });
});

test("every signal that can be raised stands on the overview, with what to do, until it is resolved", async () => {
  const browser = await operatorBrowser();
  const names = judge(
    {
      refreshFailures: 0,
      failedDeliveries: 0,
      refusedDeliveries: 0,
      revokedConnections: 0,
      activeConnections: 0,
      deadLetters: 0,
      oldestWaiting: { outbox: 0, spills: 0, runs: 0, erasures: 0 },
      overdueErasures: 0,
      pausedHandlers: [],
      probes: 0,
      oldestActiveAge: 0,
      cronAges: {},
    },
    world.manifest.monitoring,
    {},
  ).map(({ name }) => name);
  // A suspected suspension stands in the frame of every page: suspension.test.ts.
  const shown = names.filter((name) => name !== "suspension_suspected");
  expect(shown.length).toBeGreaterThanOrEqual(8);
  for (const name of [...shown, "connection_unhealthy"]) {
    await raiseSignal(world, { name, text: `It is so: ${name}.` });
    const html = textOf(await readPage(browser, "/ops"));
    expect(html).toContain(`It is so: ${name}.`);
    expect(SIGNALS[name]?.length, name).toBeGreaterThan(20);
    expect(html).toContain(SIGNALS[name]);
    await resolveSignal(world, name);
    expect(textOf(await readPage(browser, "/ops"))).not.toContain(`It is so: ${name}.`);
  }
});
