import { expect, test } from "vitest";
import { seal, unseal } from "../../src/lib/seal.ts";

const key = (kid: string, fill: number) => ({ kid, key: new Uint8Array(32).fill(fill) });
const place = { sub: "evt_1/org_1", field: "access", gen: 1 };
const ring = [key("new", 2), key("old", 1)];

test("what was sealed opens in its place, by any key of the ring", async () => {
  const sealed = await seal(ring.slice(1), place, "token");
  expect(await unseal(ring, place, sealed)).toEqual({ ok: true, text: "token", kid: "old" });
});

test.each([
  ["another row", { ...place, sub: "evt_2/org_1" }],
  ["another field", { ...place, field: "refresh" }],
  ["another generation", { ...place, gen: 2 }],
])("a ciphertext moved to %s does not open", async (_, elsewhere) => {
  const sealed = await seal(ring, place, "token");
  expect(await unseal(ring, elsewhere, sealed)).toEqual({ ok: false, why: "misplaced" });
});

test("an edited ciphertext or header does not open", async () => {
  const [header = "", ...rest] = (await seal(ring, place, "token")).split(".");
  const edited = JSON.stringify({ ...JSON.parse(atob(header)), gen: 2 });
  const forged = [btoa(edited).replaceAll("=", ""), ...rest].join(".");
  expect(await unseal(ring, { ...place, gen: 2 }, forged)).toEqual({ ok: false, why: "damaged" });
  // Always another tag: fixed letters in its place would be its own now and then.
  const tag = rest.at(-1) ?? "";
  const another = (tag.startsWith("A") ? "B" : "A") + tag.slice(1);
  expect(await unseal(ring, place, [header, ...rest.slice(0, -1), another].join("."))).toMatchObject({
    ok: false,
  });
  expect(await unseal(ring, place, "no seal at all")).toEqual({ ok: false, why: "damaged" });
});

test("a seal of a key that is not in the ring says which key is missing", async () => {
  const sealed = await seal([key("gone", 9)], place, "token");
  expect(await unseal(ring, place, sealed)).toEqual({ ok: false, why: "missing_key", kid: "gone" });
  const pretender = await seal([key("new", 9)], place, "token");
  expect(await unseal(ring, place, pretender)).toEqual({ ok: false, why: "damaged" });
});
