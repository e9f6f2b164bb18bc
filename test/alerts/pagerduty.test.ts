import { expect, test } from "vitest";
import { toPagerDuty } from "../../src/alerts/channels/pagerduty.ts";

type Channel = Parameters<typeof toPagerDuty>[0];
type Message = Parameters<typeof toPagerDuty>[1];

const channel = { kind: "pagerduty", name: "duty" } as Channel;
const keyOf = async (dedupKey: string): Promise<string> => {
  const message = { action: "trigger", text: "x", rule: "r", count: 1, dedupKey } as Message;
  const { body } = await toPagerDuty(channel, message, "integration.test");
  return (JSON.parse(body) as { dedup_key: string }).dedup_key;
};

test("a key is passed as it is where PagerDuty takes it", async () => {
  expect(await keyOf("rule/evt_1")).toBe("rule/evt_1");
  expect(await keyOf("k".repeat(255))).toBe("k".repeat(255));
});

test("long keys with one beginning stay two incidents, each the same again when it is resolved", async () => {
  const [one, other] = ["a", "b"].map((end) => "k".repeat(255) + end);
  const keys = [await keyOf(one ?? ""), await keyOf(other ?? "")];
  expect(new Set(keys).size).toBe(2);
  expect(await keyOf(one ?? "")).toBe(keys[0]);
  for (const key of keys) expect(key.length).toBeLessThanOrEqual(255);
});
