import { expect, test } from "vitest";
import { utf8 } from "../../src/lib/encoding.ts";
import { isDeeperThan, jsonChunks } from "../../src/lib/json.ts";

const D1_TAKES = 2_000_000;

test.each(["a", "ż", "中", "🎉", '"'])(
  "a chunk is what D1 takes, of %s too, and nothing is left out",
  (unit) => {
    const values = Array.from({ length: 40 }, (_, index) => ({ index, text: unit.repeat(30_000) }));
    const chunks = jsonChunks(values);
    for (const chunk of chunks) expect(utf8(chunk).byteLength).toBeLessThanOrEqual(D1_TAKES);
    expect(chunks.flatMap((chunk) => JSON.parse(chunk) as unknown[])).toEqual(values);
  },
);

test("a value that is longer goes alone; of nothing there is no chunk", () => {
  const long = { text: "a".repeat(1_000_000) };
  expect(jsonChunks([1, long, 2]).map((chunk) => chunk.length)).toEqual([3, 1_000_013, 3]);
  expect(jsonChunks([])).toEqual([]);
});

test("how deep a value nests is told without a stack, however deep", () => {
  let value: unknown = 1;
  for (let level = 0; level < 200_000; level++) value = [value];
  expect(isDeeperThan(value, 1_000)).toBe(true);
  expect([isDeeperThan({ a: [{}] }, 2), isDeeperThan({ a: [{}] }, 3)]).toEqual([true, false]);
  expect([isDeeperThan("text", 0), isDeeperThan(null, 0), isDeeperThan([], 0)]).toEqual([false, false, true]);
});
