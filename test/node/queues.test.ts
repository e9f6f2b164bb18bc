import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readWranglerConfig } from "../../scripts/deploy/wrangler-config.ts";

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const { consumers } = readWranglerConfig(pathOf("wrangler.toml")).queues;
const consumerOf = (queue: string) => consumers.find((consumer) => consumer.queue === queue);
const page = readFileSync(pathOf("docs/mirror.md"), "utf8").replaceAll(/\s+/g, " ");
const WORK = ["revento-webhooks", "revento-sync", "revento-alerts", "revento-handlers"];

/** The only number in the page's words, which name it. */
function numberIn(words: RegExp): number {
  const [found, ...others] = page.matchAll(words);
  expect([others, found?.[1]]).toEqual([[], expect.stringMatching(/^\d+$/)]);
  return Number(found?.[1]);
}

test("a batch of webhooks is as large, and tried as often, as the page about the mirror says", () => {
  const consumer = consumerOf("revento-webhooks");
  expect(consumer?.max_batch_size).toBe(numberIn(/up to (\d+) messages become one read/g));
  expect(consumer?.max_retries).toBe(numberIn(/growing delay, up to (\d+) times/g));
  expect(consumerOf("revento-webhooks-dead")?.max_retries).toBe(
    numberIn(/dead-letter queue keeps it, up to (\d+) times more/g),
  );
});

test.each(WORK)("%s tries 100 times, and so does its dead-letter queue", (queue) => {
  expect(consumerOf(queue)).toMatchObject({ max_retries: 100, dead_letter_queue: `${queue}-dead` });
  const dead = consumerOf(`${queue}-dead`);
  // What it gave up on would go nowhere: the last queue has none behind it.
  expect([dead?.max_retries, dead?.dead_letter_queue]).toEqual([100, undefined]);
});

test("a message that no consumer spoke for comes again after as long as while a setting is malformed", () => {
  const delays = ([undefined, "sandbox", "production"] as const).flatMap((environment) =>
    readWranglerConfig(pathOf("wrangler.toml"), environment).queues.consumers.map(
      ({ retry_delay: delay }) => delay,
    ),
  );
  const source = readFileSync(pathOf("src/misconfigured.ts"), "utf8");
  const retryS = Number(/MISCONFIGURED_RETRY_S = (\d+);/.exec(source)?.[1]);
  expect(delays).toEqual(Array(24).fill(retryS));
  // Its tries outlast the night between two working days.
  expect(100 * retryS).toBeGreaterThan(16 * 3_600);
});

test("every consumer has a limit, so that D1 is not overrun: those that wrangler.toml explains", () => {
  expect(Object.fromEntries(consumers.map(({ queue, max_concurrency: limit }) => [queue, limit]))).toEqual({
    "revento-webhooks": 4,
    "revento-sync": 10,
    "revento-alerts": 10,
    "revento-handlers": 10,
    "revento-webhooks-dead": 1,
    "revento-sync-dead": 1,
    "revento-alerts-dead": 1,
    "revento-handlers-dead": 1,
  });
});
