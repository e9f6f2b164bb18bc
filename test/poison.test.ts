import { expect, test } from "vitest";
import { listDeadLetters } from "../src/webhooks/index.ts";
import { consumeNow } from "./support/webhooks.ts";
import { testWorld } from "./support/world.ts";

const POISON = [null, "text", 7, {}, { kind: "made.up" }, { kind: "constructor" }];

test("what no job understands is set aside, and holds up nothing", async () => {
  const before = (await listDeadLetters(testWorld(), { queue: "revento-sync", limit: 100 })).length;
  const { acked } = await consumeNow(POISON, testWorld(), "revento-sync");
  expect(acked).toHaveLength(POISON.length);
  const letters = await listDeadLetters(testWorld(), { queue: "revento-sync", limit: 100 });
  expect(letters.length - before).toBe(POISON.length);
});

test.each(["revento-alerts", "revento-handlers"])(
  "%s never acknowledges what it does not understand",
  async (queue) => {
    const { acked, retried } = await consumeNow(POISON, testWorld(), queue);
    expect([acked, retried]).toEqual([[], expect.objectContaining({ length: POISON.length })]);
  },
);

test("what used up its tries is kept, whatever it is", async () => {
  for (const queue of ["revento-sync", "revento-alerts", "revento-handlers"]) {
    const { acked } = await consumeNow(POISON, testWorld(), `${queue}-dead`);
    expect(acked, queue).toHaveLength(POISON.length);
  }
});
