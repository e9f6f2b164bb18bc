import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const toml = readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8");

interface Consumer {
  readonly section: string;
  readonly queue: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Every consumer of a queue, of the top level and of each environment. */
const consumers: readonly Consumer[] = [
  ...toml.matchAll(/\[\[([\w.]*)queues\.consumers\]\]\n((?:\w.*\n)+)/g),
].map(([, section = "", lines = ""]) => {
  const settings = Object.fromEntries(
    [...lines.matchAll(/^(\w+) = "?([^"\n]*)"?$/gm)].map(([, name, value]) => [name, value]),
  );
  return { section, queue: settings.queue ?? "", settings };
});

test("every queue has a consumer, in every environment", () => {
  const names = (section: string) =>
    consumers
      .filter((one) => one.section === section)
      .map(({ queue }) => queue.replace(/-(sandbox|production)$/, ""));
  const queues = ["webhooks", "sync", "alerts", "handlers"].flatMap((name) => [
    `revento-${name}`,
    `revento-${name}-dead`,
  ]);
  for (const section of ["", "env.sandbox.", "env.production."]) {
    expect(names(section).toSorted(), section).toEqual(queues.toSorted());
  }
});

test.each(consumers)(
  "$queue: D1 is protected, and an outage has all tries that the platform gives",
  ({ queue, settings }) => {
    expect(settings.max_retries).toBe("100");
    expect(Number(settings.max_concurrency)).toBeGreaterThan(0);
    expect(Number(settings.max_concurrency)).toBeLessThanOrEqual(10);
    const isDead = queue.includes("-dead");
    expect(settings.dead_letter_queue?.includes("-dead") ?? false).toBe(!isDead);
  },
);
