import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { sign } from "../../scripts/preflight/deliver.ts";
import { testSettings } from "../support/settings.ts";

const SCRIPT = fileURLToPath(new URL("./support/killable.ts", import.meta.url));
const STATUSES = ["submitted", "revision_requested", "rejected", "approved"] as const;
const PEOPLE = 12;
const KILLS = 3;
/** Longer than a lease and than the sweeper's patience. */
const DOWN_MS = 150_000;
const C = "/api/connections/evt_killed/org_killed";

interface Told {
  readonly phase: "begun" | "done";
  readonly person: string;
  readonly type: string;
  readonly key: string;
}

const told: Told[] = [];
const folder = mkdtempSync(join(tmpdir(), "revento-killed-"));
let running: ChildProcess | null = null;
let receiver: Server | null = null;

afterEach(() => {
  kill();
  receiver?.closeAllConnections();
  receiver?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startReceiver(): Promise<string> {
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    told.push(JSON.parse(body) as Told);
    response.end();
  });
  await new Promise<void>((resolve) => receiver?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
}

/** Starts Node and its workerd as a group of processes. @returns where workerd listens */
async function start(receiverUrl: string, aheadMs: number): Promise<string> {
  const child = spawn(process.execPath, [SCRIPT, folder, String(aheadMs), receiverUrl], { detached: true });
  running = child;
  let output = "";
  return await new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /^serving (\S+)$/m.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => reject(new Error(`the Worker did not start:\n${output}`)));
  });
}

/** SIGKILL for the whole group: nothing gets to finish or to say goodbye. */
function kill(): void {
  if (running?.pid !== undefined) process.kill(-running.pid, "SIGKILL");
  running = null;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 40_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not so after ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function deliver(url: string, person: number, step: number): Promise<void> {
  const status = STATUSES[step] ?? "submitted";
  const body = JSON.stringify({
    id: randomUUID(),
    type: `application.${status}`,
    occurred_at: new Date(Date.now() - 60_000 + step * 1000).toISOString(),
    event_id: "evt_killed",
    organization_id: "org_killed",
    data: {
      id: `app_${person}`,
      participant_id: `ptp_${person}`,
      user_id: `usr_${person}`,
      status: status === "submitted" ? "pending" : status,
    },
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const response = await fetch(`${url}/webhooks/revento`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-revento-event": `application.${status}`,
      "x-revento-delivery-id": randomUUID(),
      "x-revento-timestamp": timestamp,
      "x-revento-signature": `sha256=${sign(testSettings.REVENTO_WEBHOOK_SECRET, timestamp, body)}`,
    },
  });
  expect(response.status).toBe(200);
}

async function api<Body>(url: string, path: string): Promise<Body> {
  const headers = { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` };
  const response = await fetch(`${url}${path}`, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Body;
}

const sweep = (url: string) => fetch(`${url}/killed/cron?cron=${encodeURIComponent("*/5 * * * *")}`);
const statusesOf = async (url: string): Promise<string[]> => {
  type People = { data: { id: string; application_status: string }[] };
  return (await api<People>(url, `${C}/participants?limit=100`)).data.map(
    ({ application_status }) => application_status,
  );
};
const isMirrored = async (url: string): Promise<boolean> => {
  const statuses = await statusesOf(url);
  return statuses.length === PEOPLE && statuses.every((status) => status === "approved");
};
const doneKeys = (): Set<string> =>
  new Set(told.filter(({ phase }) => phase === "done").map(({ key }) => key));

test("workerd is killed in the middle of handlers: each event is handled, in order for each person, the mirror intact", async () => {
  const receiverUrl = await startReceiver();
  let url = await start(receiverUrl, 0);
  expect((await fetch(`${url}/killed/seed`)).status).toBe(204);
  for (let step = 0; step < STATUSES.length; step++) {
    await Promise.all(Array.from({ length: PEOPLE }, (_, person) => deliver(url, person, step)));
  }
  await until("all is mirrored", () => isMirrored(url));
  for (let round = 1; round <= KILLS; round++) {
    const before = told.length;
    await until("handlers run", () => told.length >= before + 3);
    kill();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    url = await start(receiverUrl, round * DOWN_MS);
    expect(await isMirrored(url)).toBe(true);
    expect((await sweep(url)).status).toBe(204);
  }
  await until("every event is handled", () => doneKeys().size === PEOPLE * STATUSES.length);

  const begun = told.filter(({ phase }) => phase === "begun");
  expect(begun.length).toBeGreaterThan(PEOPLE * STATUSES.length);
  for (let person = 0; person < PEOPLE; person++) {
    const steps = told
      .filter((one) => one.person === `ptp_${person}`)
      .map(({ type }) => STATUSES.findIndex((status) => type === `application.${status}`));
    expect([...new Set(steps)]).toEqual([0, 1, 2, 3]);
    expect(steps).toEqual(steps.toSorted((left, right) => left - right));
  }
  expect((await api<{ data: unknown[] }>(url, "/api/dead-letters")).data).toEqual([]);
  expect(await isMirrored(url)).toBe(true);
});
