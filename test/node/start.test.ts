import { createServer } from "node:net";
import { expect, test } from "vitest";
import { isTaken, judge, waitUntilUp } from "../../scripts/start/look.ts";
import { freePorts } from "./support/ports.ts";

test("a Worker whose settings are wrong has answered for good; whoever is still starting has not", () => {
  const misconfigured = JSON.stringify({ error: "misconfigured", message: "TOKEN_KEYS: must be …" });
  expect(judge(200, "")).toEqual({ is: "up" });
  expect(judge(503, misconfigured)).toEqual({ is: "refused", why: "TOKEN_KEYS: must be …" });
  expect(judge(503, "Your worker is not ready yet")).toEqual({ is: "silent" });
  expect(judge(500, misconfigured)).toEqual({ is: "silent" });
});

test("nobody is waited for any longer once it is over", async () => {
  const [port] = await freePorts(1);
  const began = Date.now();
  const limits = { limitMs: 60_000, isOver: () => Date.now() > began + 300 };
  expect(await waitUntilUp(`http://localhost:${port}/`, limits)).toEqual({ is: "silent" });
  expect(Date.now() - began).toBeLessThan(5_000);
});

test("a port is taken by whatever listens there, on either address of this machine", async () => {
  const [port = 0] = await freePorts(1);
  expect(await isTaken(port)).toBe(false);
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  expect(await isTaken(port)).toBe(true);
  server.close();
});
