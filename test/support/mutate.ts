import type { Random } from "../../emulator/random.ts";
import { delivery } from "./webhooks.ts";

/** A genuine delivery with one to three things changed. `isGenuine`: what is signed is still as it was. */
export async function mutate(
  text: string,
  random: Random,
): Promise<{ request: Request; isGenuine: boolean }> {
  const genuine = await delivery(text);
  const headers = new Headers(genuine.headers);
  let bytes = new Uint8Array(await genuine.arrayBuffer());
  const original = [headers.get("X-Revento-Timestamp"), headers.get("X-Revento-Signature"), bytes.join()];
  const names = [
    "X-Revento-Event",
    "X-Revento-Delivery-Id",
    "X-Revento-Timestamp",
    "X-Revento-Signature",
  ] as const;
  const junk = () =>
    random.pick([
      "",
      "0",
      "-1",
      "NaN",
      "sha256=",
      "ż".normalize("NFD").replace(/[^\x20-\x7e]/g, "?"),
      "1e9",
      "a, b",
      " ",
      "9".repeat(400),
    ]);
  const edits: [() => void, ...(() => void)[]] = [
    () => headers.set(random.pick(names), junk()),
    () => headers.delete(random.pick(names)),
    () => headers.append(random.pick(names), junk()),
    () => headers.set("Content-Encoding", random.pick(["gzip", "br", "identity"])),
    () =>
      headers.set(
        "Content-Type",
        random.pick(["text/plain", "multipart/form-data", "application/json; charset=utf-16"]),
      ),
    () => {
      bytes = bytes.map((byte, index) =>
        index === random.int(bytes.length) ? byte ^ (1 << random.int(8)) : byte,
      );
    },
    () => {
      bytes = bytes.slice(0, random.int(bytes.length));
    },
    () => {
      bytes = new Uint8Array([...bytes, random.int(256)]);
    },
    () => {
      const signature = headers.get("X-Revento-Signature") ?? "";
      const place = random.int(signature.length);
      headers.set(
        "X-Revento-Signature",
        signature.slice(0, place) + random.pick(["0", "f", "g", ""]) + signature.slice(place + 1),
      );
    },
    () =>
      headers.set(
        "X-Revento-Timestamp",
        String(Number(headers.get("X-Revento-Timestamp")) + random.int(3) - 1),
      ),
  ];
  for (let count = random.int(3); count >= 0; count--) random.pick(edits)();
  const now = [headers.get("X-Revento-Timestamp"), headers.get("X-Revento-Signature"), bytes.join()];
  const isGenuine = now.every((value, index) => value?.toLowerCase() === original[index]?.toLowerCase());
  return { request: new Request(genuine.url, { method: "POST", headers, body: bytes }), isGenuine };
}
