import { createMessageBatch, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { ConnectionObject } from "../src/grants/connection-object.ts";
import { ofConnection } from "../src/grants/identity.ts";
import worker from "../src/index.ts";
import { messageOf } from "./support/webhooks.ts";

const BROKEN = { ...env, ALERT_RULES: "nonsense" };
const TEN_MINUTES_S = 600;

const WORK = ["revento-webhooks", "revento-sync", "revento-alerts", "revento-handlers"];

test.each([...WORK, ...WORK.map((queue) => `${queue}-dead`)])(
  "while a setting is malformed, messages of %s come again later, all of them",
  async (queue) => {
    const batch = createMessageBatch(
      queue,
      ["m1", "m2"].map((id) => ({
        id,
        timestamp: new Date(),
        attempts: 100,
        body: messageOf({ type: "application.approved" }),
      })),
    );
    const delays: unknown[] = [];
    batch.retryAll = (options) => void delays.push(options?.delaySeconds);
    await worker.queue(batch, BROKEN);
    expect(delays).toEqual([TEN_MINUTES_S]);
  },
);

test("the alarm of a grant outlasts a malformed setting, however often it rings", async () => {
  const stub = env.CONNECTION.get(env.CONNECTION.idFromName("evt_broken/org_broken"));
  await runInDurableObject(stub, async (_, state) => {
    const object = new ConnectionObject(state, BROKEN);
    for (let ring = 0; ring < 10; ring++) {
      await state.storage.deleteAlarm();
      await object.alarm();
      const inMs = ((await state.storage.getAlarm()) ?? 0) - Date.now();
      expect(Math.round(inMs / 1000)).toBe(TEN_MINUTES_S);
    }
    await state.storage.deleteAlarm();
  });
});

test("and nothing else is done with the grant meanwhile", async () => {
  const stub = env.CONNECTION.get(env.CONNECTION.idFromName("evt_broken/org_broken"));
  await runInDurableObject(stub, async (_, state) => {
    const identity = ofConnection({ eventId: "evt_broken", organizationId: "org_broken" });
    expect(() => new ConnectionObject(state, BROKEN).end({ identity, generation: null })).toThrow(
      "misconfigured",
    );
  });
});
