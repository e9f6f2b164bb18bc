import { exports } from "cloudflare:workers";
import { expect, onTestFinished, test, vi } from "vitest";
import { api } from "./support/api.ts";
import { consumeNow, deliver, messageOf } from "./support/webhooks.ts";
import { testWorld, withoutDelivery } from "./support/world.ts";

type Line = Readonly<Record<string, unknown>>;

/** The lines of one event that are logged until the test is over. */
function linesOf(event: string): () => Line[] {
  const lines: Line[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((text: string) => {
    lines.push(JSON.parse(text) as Line);
  });
  onTestFinished(() => spy.mockRestore());
  return () => lines.filter((line) => line.event === event);
}

test("a request is one line: the route's pattern, no id or key of the address", async () => {
  const requests = linesOf("request");
  const { status, headers } = await api("GET", "/participants/ptp_secret_person/trace?q=ada%40example.com");
  expect(status).toBe(200);
  expect(requests()).toEqual([
    {
      level: "info",
      event: "request",
      method: "GET",
      route: "/api/participants/:id/trace",
      status: 200,
      durationMs: expect.any(Number),
      requestId: headers.get("x-request-id"),
    },
  ]);
});

test.each([
  ["/door/a-door-key-of-somebody", "a-door-key-of-somebody"],
  ["/connect/callback?code=a-code&state=a-state", "a-code"],
  ["/nowhere/at-all/usr_somebody", "usr_somebody"],
  ["/api/nowhere/usr_somebody", "usr_somebody"],
])("%s leaves nothing of its address in the log", async (path, secret) => {
  const requests = linesOf("request");
  const response = await exports.default.fetch(`https://integration.test${path}`, { redirect: "manual" });
  await response.text();
  expect(requests()).toMatchObject([{ method: "GET", status: response.status }]);
  expect(JSON.stringify(requests())).not.toContain(secret);
});

test("a delivery is one line, also a forged one", async () => {
  const requests = linesOf("request");
  await (await deliver("{}", { "X-Revento-Signature": "sha256=00" })).text();
  expect(requests()).toMatchObject([{ method: "POST", route: "/webhooks/revento", status: 401 }]);
});

test("a batch is one line, and a job one more with its ids and outcome", async () => {
  const world = testWorld({ env: withoutDelivery() });
  const lines: Line[] = [];
  const log = {
    info: (event: string, fields = {}) => void lines.push({ event, ...fields }),
    warn: () => undefined,
    error: () => undefined,
  };
  await consumeNow([messageOf({ type: "unknown.type" })], { ...world, log });
  await consumeNow(
    [
      { kind: "users.end", eventId: "evt_none", before: 0 },
      { kind: "erasure.chunk", connectionId: "c1", erasureId: "c1" },
    ],
    { ...world, log },
    "revento-sync",
  );
  expect(lines.filter(({ event }) => event === "batch")).toMatchObject([
    { queue: "revento-webhooks", messages: 1, outcome: "consumed", durationMs: expect.any(Number) },
    { queue: "revento-sync", messages: 2, outcome: "consumed" },
  ]);
  expect(lines.filter(({ event }) => event === "job")).toMatchObject([
    { kind: "users.end", connectionId: null, attempts: 1, outcome: "ack" },
    { kind: "erasure.chunk", connectionId: "c1", attempts: 1, outcome: "set_aside" },
  ]);
});
