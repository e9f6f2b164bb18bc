import { inject } from "vitest";
import { type AlertRules, readAlertRules } from "../../src/alert-rules.ts";
import { consumeAlerts } from "../../src/alerts/index.ts";
import type { AlertMessage } from "../../src/messages.ts";
import type { Happening } from "../../src/outbox/index.ts";
import "./provided.ts";
import { type TestWorld, testWorld } from "./handling.ts";

/** One receiver's box: what arrived, and how it answers. */
export function openBox(name: string = crypto.randomUUID()) {
  const base = `${inject("receivers")}/${name}`;
  return {
    name,
    base,
    mode: async (mode: Readonly<Record<string, unknown>>): Promise<void> => {
      await fetch(`${base}/mode`, { method: "PUT", body: JSON.stringify(mode) });
    },
    received: async (): Promise<{
      accepted: { at: number; message: Record<string, unknown> }[];
      refused: { status: number; body: string }[];
    }> => (await fetch(`${base}/received`)).json(),
  };
}
export type Box = ReturnType<typeof openBox>;

/** A channel of each kind that a box plays. Their names are the box's, so that tests share no channel. */
export const channelsOf = (box: Box) => ({
  slack: { kind: "slack", name: `slack-${box.name}`.slice(0, 40), url: `${box.base}/slack` },
  pagerduty: {
    kind: "pagerduty",
    name: `pd-${box.name}`.slice(0, 40),
    url: `${box.base}/pagerduty`,
    routing_key: "0123456789abcdef0123456789abcdef",
  },
  sms: {
    kind: "sms",
    name: `sms-${box.name}`.slice(0, 40),
    url: `${box.base}/twilio`,
    account_sid: "AC-test",
    auth_token: "test-auth",
    from: "+10000000000",
    to: "+10000000001",
  },
  email: {
    kind: "email",
    name: `mail-${box.name}`.slice(0, 40),
    url: `${box.base}/mail`,
    token: "test-mail-token",
    from: "alerts@example.com",
    to: "team@example.com",
  },
  webhook: {
    kind: "webhook",
    name: `hook-${box.name}`.slice(0, 40),
    url: `${box.base}/hook`,
    secret: "test-hook-secret",
  },
});

export function rulesOf(input: unknown): AlertRules {
  const result = readAlertRules(input, true);
  if (!result.ok) throw new Error(result.problems.join("; "));
  return result.value;
}

/** A world with rules, on loopback, that may really call out; what it sends to `ALERTS` is kept in `queued`. */
export function alertWorld(rules: unknown): TestWorld & { queued: AlertMessage[] } {
  const base = testWorld();
  const queued: AlertMessage[] = [];
  const ALERTS = {
    send: async (message: AlertMessage) => void queued.push(message),
    sendBatch: async (messages: Iterable<{ body: AlertMessage }>) =>
      void queued.push(...Array.from(messages, ({ body }) => body)),
  } as unknown as Queue<AlertMessage>;
  return {
    ...base,
    config: { ...base.config, publicUrl: "http://localhost:8787", alertRules: rulesOf(rules) },
    env: { ...base.env, ALERTS },
    fetch: (input, init) => globalThis.fetch(input, init),
    queued,
  };
}

/** Consumes one message as the queue would deliver it. */
export async function deliver(
  world: TestWorld,
  body: AlertMessage,
  attempts = 1,
): Promise<"acked" | "retried"> {
  let outcome: "acked" | "retried" | null = null;
  const message = {
    id: "1",
    timestamp: new Date(),
    body,
    attempts,
    ack: () => (outcome ??= "acked"),
    retry: () => (outcome ??= "retried"),
  };
  await consumeAlerts(world, { queue: "revento-alerts", messages: [message] } as unknown as MessageBatch);
  if (outcome === null) throw new Error("the message was neither acknowledged nor retried");
  return outcome;
}

let count = 0;

/** An application event of no connection. */
export function application(
  type = "application.revision_requested",
  data: Happening["data"] = {},
): Happening {
  count++;
  return {
    id: `body_${count}_${crypto.randomUUID()}`,
    type,
    occurredAt: Date.UTC(2026, 10, 21, 12),
    eventId: "evt_1",
    organizationId: "org_1",
    data: { id: `app_${count}`, participant_id: `ptp_${count}`, status: type.slice(12), ...data },
  };
}
