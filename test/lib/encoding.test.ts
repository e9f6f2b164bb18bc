import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/lib/encoding.ts";

test("bytes and their hex, in either case", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const hex = toHex(bytes);
      expect(hex).toHaveLength(bytes.length * 2);
      expect(fromHex(hex)).toEqual(new Uint8Array(bytes));
      expect(fromHex(hex.toUpperCase())).toEqual(new Uint8Array(bytes));
    }),
  );
});

test.each(["0", "0g", "0x", " 00", "00 ", "-1", "+1", "1.", "é0", "0000g"])("%j is no hex", (text) => {
  expect(fromHex(text)).toBeNull();
});
