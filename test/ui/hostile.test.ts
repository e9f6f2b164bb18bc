import { env, exports } from "cloudflare:workers";
import { expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { faultyD1 } from "../support/faulty-d1.ts";

const ORIGIN = "https://integration.test";

test.each(["/logout", "/ops/sign-in", "/door/some-key/check-ins", "/api/dead-letters/replay"])(
  "POST %s refuses a body that nobody sends, declared or streamed, before reading it",
  async (path) => {
    const bytes = new Uint8Array(300_000).fill(97);
    const chunks = [bytes.subarray(0, 150_000), bytes.subarray(150_000)];
    const streamed = new ReadableStream({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
    });
    for (const body of [bytes, streamed]) {
      const headers = { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };
      const response = await exports.default.fetch(`${ORIGIN}${path}`, { method: "POST", headers, body });
      expect(response.status).toBe(413);
      await response.text();
    }
  },
);

test("a door's key is not in the log when its page breaks", async () => {
  const lines: string[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  onTestFinished(() => spy.mockRestore());
  const database = faultyD1(env.DB);
  database.fault = "error";
  const key = "a-key-that-opens-a-door";
  const response = await createApp().fetch(new Request(`${ORIGIN}/door/${key}/guests.json`), {
    ...env,
    DB: database.binding,
  });
  expect(response.status).toBe(503);
  expect(lines.join("\n")).toContain("request.failed");
  expect(lines.join("\n")).not.toContain(key);
});
