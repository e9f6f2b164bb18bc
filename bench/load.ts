import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { median, quantile } from "./quantile.ts";

export interface Load {
  /** Answers a second. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** A signed application.approved of some 700 bytes. */
export function signedDelivery(secret: string, index: number, eventId = "evt_bench_0") {
  const body = JSON.stringify({
    id: randomUUID(),
    type: "application.approved",
    occurred_at: new Date().toISOString(),
    event_id: eventId,
    organization_id: "org_bench",
    data: {
      id: `app_live_${index}`,
      participant_id: `ptp_live_${index}`,
      user_id: `usr_live_${index}`,
      status: "approved",
      approved_at: new Date().toISOString(),
      custom_form_fields: {
        favorite_track: "Ścieżka zażółć",
        dietary_notes: "—".repeat(80),
        arrival_day: "2026-11-21",
      },
    },
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex");
  return {
    body,
    headers: {
      "Content-Type": "application/json",
      "X-Revento-Event": "application.approved",
      "X-Revento-Delivery-Id": randomUUID(),
      "X-Revento-Timestamp": timestamp,
      "X-Revento-Signature": `sha256=${signature}`,
    },
  };
}

type Delivery = ReturnType<typeof signedDelivery>;

/** Posts one delivery, by default over a connection of its own. @returns the status */
export function post(url: string, { body, headers }: Delivery, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: "POST",
        agent: agent ?? false,
        headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

const summary = (times: readonly number[], seconds: number): Load => ({
  perSecond: times.length / seconds,
  p50: median(times),
  p99: quantile(times, 0.99),
});

/** What deliveries take that are sent over so many connections. */
async function overConnections(
  connections: number,
  send: (timed: (url: string, delivery: Delivery) => Promise<void>) => Promise<unknown>,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const startedAt = performance.now();
  try {
    await send(async (url, delivery) => {
      const sentAt = performance.now();
      const status = await post(url, delivery, agent);
      if (status !== 200) throw new Error(`${url} answered ${status}`);
      times.push(performance.now() - sentAt);
    });
    return summary(times, (performance.now() - startedAt) / 1000);
  } finally {
    agent.destroy();
  }
}

/** Posts deliveries, made beforehand, over so many connections, as fast as they are answered. */
export function load(url: string, deliveries: readonly Delivery[], connections: number): Promise<Load> {
  return overConnections(connections, (timed) => {
    let next = 0;
    const sender = async () => {
      for (let mine = deliveries[next++]; mine !== undefined; mine = deliveries[next++])
        await timed(url, mine);
    };
    return Promise.all(Array.from({ length: connections }, sender));
  });
}

/** Posts deliveries at a rate, whatever the answers take: what a sender sees that is not itself the limit. */
export function steadyLoad(url: string, deliveries: readonly Delivery[], perSecond: number): Promise<Load> {
  return overConnections(16, (timed) => {
    const startedAt = performance.now();
    const sent = deliveries.map(async (delivery, index) => {
      const dueIn = startedAt + (index * 1000) / perSecond - performance.now();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueIn)));
      await timed(url, delivery);
    });
    return Promise.all(sent);
  });
}
