/**
 * Intake → alert received: how long from sending a webhook until a channel has the alert, alone and under 500
 * webhooks a second of another type. Real workerd, real queues, real HTTP on loopback.
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { post } from "./load.ts";
import { startStack } from "./stack.ts";

const SECRET = randomBytes(16).toString("hex");
const key = (): string => randomBytes(32).toString("base64url");

/** When each alert, named by its application, reached the channel. */
async function startChannel() {
  const arrived = new Map<string, number>();
  const server = createServer((request, response: ServerResponse) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      for (const [id] of text.matchAll(/app_[\w-]+/g)) arrived.set(id, performance.now());
      response.writeHead(200).end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { arrived, url: `http://127.0.0.1:${port}/slack`, close: () => server.close() };
}

function settingsFor(channelUrl: string): Record<string, string> {
  const channel = { kind: "slack", name: "bench", url: channelUrl, per_minute: 6000 };
  return {
    REVENTO_AUTH_URL: "http://127.0.0.1:9",
    REVENTO_API_URL: "http://127.0.0.1:9/api/v1",
    REVENTO_CLIENT_ID: "bench",
    REVENTO_CLIENT_SECRET: key(),
    REVENTO_WEBHOOK_SECRET: SECRET,
    PUBLIC_URL: "http://localhost",
    TOKEN_KEYS: JSON.stringify([{ kid: "bench", key: key() }]),
    SESSION_KEY: key(),
    OPERATOR_TOKEN: key(),
    ALERT_RULES: JSON.stringify([
      { id: "bench", on: "application.revision_requested", text: "{{resource_id}}", channels: [channel] },
    ]),
  };
}

async function send(origin: string, type: string, id: string): Promise<number> {
  const body = JSON.stringify({
    id: randomUUID(),
    type,
    occurred_at: new Date().toISOString(),
    event_id: "evt_bench",
    organization_id: "org_bench",
    data: { id, participant_id: id.replace("app", "ptp"), user_id: "usr_1", status: type.split(".")[1] },
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", SECRET).update(`${timestamp}.${body}`).digest("hex");
  return post(`${origin}/webhooks/revento`, {
    body,
    headers: {
      "Content-Type": "application/json",
      "X-Revento-Event": type,
      "X-Revento-Delivery-Id": randomUUID(),
      "X-Revento-Timestamp": timestamp,
      "X-Revento-Signature": `sha256=${signature}`,
    },
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends `rate` webhooks a second of a type without a rule until it is told to stop. */
function load(origin: string, rate: number) {
  let isOver = false;
  let sent = 0;
  const failed = new Map<number, number>();
  const startedAt = performance.now();
  const pending = new Set<Promise<void>>();
  const loop = (async () => {
    while (!isOver) {
      const due = ((performance.now() - startedAt) / 1000) * rate;
      while (sent < due && pending.size < 64) {
        sent++;
        const one = send(origin, "participant.profile_updated", `app_load_${sent}`)
          .catch(() => 0)
          .then((status) => {
            if (status !== 200) failed.set(status, (failed.get(status) ?? 0) + 1);
            pending.delete(one);
          });
        pending.add(one);
      }
      await pause(2);
    }
  })();
  return async () => {
    isOver = true;
    await loop;
    await Promise.all(pending);
    return { perSecond: (sent / (performance.now() - startedAt)) * 1000, failed: Object.fromEntries(failed) };
  };
}

/** Latencies in ms of `count` alerts, one every `everyMs`. */
async function measure(
  origin: string,
  arrived: ReadonlyMap<string, number>,
  count: number,
  everyMs: number,
): Promise<number[]> {
  const sentAt = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const id = `app_${randomUUID()}`;
    sentAt.set(id, performance.now());
    await send(origin, "application.revision_requested", id);
    await pause(everyMs);
  }
  const deadline = performance.now() + 30_000;
  while ([...sentAt.keys()].some((id) => !arrived.has(id)) && performance.now() < deadline) await pause(20);
  return [...sentAt].map(([id, at]) => (arrived.get(id) ?? Number.POSITIVE_INFINITY) - at);
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? Number.NaN;

export interface AlertFigures {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
  readonly note: string;
}

/** Runs both measurements. */
export async function benchAlerts(count = 100): Promise<readonly AlertFigures[]> {
  const channel = await startChannel();
  const worker = await startStack({ settings: settingsFor(channel.url) });
  const figures = (name: string, values: readonly number[], note: string): AlertFigures => {
    return { name, p50: quantile(values, 0.5), p99: quantile(values, 0.99), count: values.length, note };
  };
  try {
    await measure(worker.url, channel.arrived, 10, 50);
    const alone = await measure(worker.url, channel.arrived, count, 100);
    const stop = load(worker.url, 500);
    await pause(2000);
    const loaded = await measure(worker.url, channel.arrived, count, 100);
    const { perSecond, failed } = await stop();
    const note = `${perSecond.toFixed(0)} webhooks/s, not 200: ${JSON.stringify(failed)}`;
    return [figures("intake → alert, alone", alone, ""), figures("intake → alert, under load", loaded, note)];
  } finally {
    await worker.stop();
    channel.close();
  }
}

if (import.meta.main) {
  for (const { name, p50, p99, count, note } of await benchAlerts()) {
    console.log(
      `${name.padEnd(30)} p50 ${p50.toFixed(0)} ms  p99 ${p99.toFixed(0)} ms  (n=${count}) ${note}`,
    );
  }
}
