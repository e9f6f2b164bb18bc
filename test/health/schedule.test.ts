import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { endConnection } from "../../src/connections/index.ts";
import { delayOf, enqueueProbes, scheduleProbes } from "../../src/health/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { openPlain } from "../support/pages.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const INTERVAL_S = 900;

test("10,000 connections are probed evenly over the interval, each at its own time in it", () => {
  const minutes = Array.from({ length: 14 }, () => 0);
  for (let n = 0; n < 10_000; n++) {
    const id = crypto.randomUUID();
    const delay = delayOf(id);
    expect(delay).toBe(delayOf(id));
    minutes[Math.floor(delay / 60)] = (minutes[Math.floor(delay / 60)] ?? 0) + 1;
  }
  expect(minutes).toHaveLength(14);
  // 714 a minute where they are even: six standard deviations on both sides.
  for (const count of minutes) expect(Math.abs(count - 10_000 / 14)).toBeLessThan(160);
});

interface Sent {
  readonly body: SyncMessage;
  readonly delaySeconds?: number;
}

test("one run asks for each active connection once, page by page, spread within the interval", async () => {
  const sent: Sent[] = [];
  const SYNC = {
    send: async (body: SyncMessage) => void sent.push({ body }),
    sendBatch: async (messages: readonly Sent[]) => void sent.push(...messages),
  };
  const quiet = testWorld({ env: withoutDelivery() });
  const world = testWorld({ env: { ...env, SYNC } as unknown as typeof env });
  await env.DB.prepare("DELETE FROM connections").run();
  const opened = [];
  for (let n = 0; n < 205; n++) opened.push(await openPlain(quiet, Date.now() - 1000));
  const [ended, ...active] = opened;
  if (ended === undefined) throw new Error("nothing was opened");
  await endConnection(quiet, { ...ended, reason: "token_revoked", at: Date.now() });

  await scheduleProbes(world, 1_000);
  const probes: Sent[] = [];
  let pages = 0;
  for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
    if (next.body.kind !== "cron.page") probes.push(next);
    else {
      pages += 1;
      expect((await enqueueProbes(world, next.body)).do).toBe("ack");
    }
  }
  expect(pages).toBe(3);
  const probed = probes.map(({ body }) =>
    body.kind === "health.probe" ? body.life.connectionId : body.kind,
  );
  expect(probed.toSorted()).toEqual(active.map(({ id }) => id).toSorted());
  for (const { body, delaySeconds = Number.NaN } of probes) {
    if (body.kind !== "health.probe") throw new Error(`an unexpected ${body.kind}`);
    expect(delaySeconds).toBe(delayOf(body.life.connectionId));
    expect(delaySeconds).toBeLessThan(INTERVAL_S);
    expect(body).toMatchObject({ jobId: "cron-1000", life: { generation: 1 } });
  }
  expect(Math.max(...probes.map(({ delaySeconds = 0 }) => delaySeconds))).toBeGreaterThan(INTERVAL_S / 2);
});
