import { exports } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { testSettings } from "../support/settings.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const BODY = '{"id":"constant-time"}';

async function deliver(signature: string, timestamp: string): Promise<number> {
  const response = await exports.default.fetch(`${testSettings.PUBLIC_URL}/webhooks/revento`, {
    method: "POST",
    headers: {
      "x-revento-event": "constant.time",
      "x-revento-delivery-id": crypto.randomUUID(),
      "x-revento-timestamp": timestamp,
      "x-revento-signature": `sha256=${signature}`,
    },
    body: BODY,
  });
  await response.body?.cancel();
  return response.status;
}

/** Flips one hex digit. */
const flipped = (signature: string, at: number): string =>
  signature.slice(0, at) + (signature[at] === "0" ? "1" : "0") + signature.slice(at + 1);

/**
 * Time cannot be measured to the digit here. What can be seen: wherever a signature is wrong, the platform's constant-time
 * `verify` is what judged it, over all its bytes and with every secret, and nothing compared it before.
 */
test("a signature is judged by the platform's constant-time verify, wherever it is wrong", async () => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const right = createHmac("sha256", testSettings.REVENTO_WEBHOOK_SECRET)
    .update(`${timestamp}.${BODY}`)
    .digest("hex");
  const verify = vi.spyOn(crypto.subtle, "verify");
  const judged: number[] = [];
  for (const at of [0, 31, 63]) {
    verify.mockClear();
    expect(await deliver(flipped(right, at), timestamp)).toBe(401);
    judged.push(verify.mock.calls.length);
    for (const [, , signature] of verify.mock.calls) expect((signature as Uint8Array).byteLength).toBe(32);
  }
  expect(judged[0]).toBeGreaterThan(0);
  expect(new Set(judged).size).toBe(1);
  expect(await deliver(right, timestamp)).toBe(200);
});
