import { createServer } from "node:net";
import { expect, test, vi } from "vitest";
import type { Checked } from "../../scripts/check-source.ts";
import { isTaken, judge, waitUntilUp } from "../../scripts/start/look.ts";
import { followReloads } from "../../scripts/start/reloads.ts";
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

/** Reloads whose check answers when `verdict` is called; what was printed and told is kept in order. */
function reloading() {
  const seen: string[] = [];
  const waiting: ((checked: Checked) => void)[] = [];
  const reloads = followReloads({
    check: () => new Promise((resolve) => waiting.push(resolve)),
    print: (text) => seen.push(text),
    tell: (text) => seen.push(`told: ${text}`),
    noiseMs: 20,
  });
  /** Answers the check that waits, as soon as one does. */
  const verdict = async (lines: string) => {
    const answer = await vi.waitUntil(() => waiting.shift());
    answer({ ok: lines === "", lines });
  };
  return { ...reloads, seen, verdict };
}

test("what a right reload prints comes a moment later, and in order", async () => {
  const { hear, wasWrong, seen, verdict } = reloading();
  for (const text of ["a request", "⎔ Reloading local server...", "another"]) hear(text);
  expect(seen).toEqual(["a request"]);
  await verdict("");
  expect(await wasWrong()).toBe(false);
  expect(seen).toEqual(["a request", "⎔ Reloading local server...", "another"]);
});

test("of a wrong reload the check's lines are told, and the noise is dropped", async () => {
  const { hear, wasWrong, seen, verdict } = reloading();
  hear("⎔ Reloading local server...");
  hear("a problem with the workerd binary");
  await verdict("manifest: a mistake");
  hear("create an issue");
  expect(await wasWrong()).toBe(true);
  hear("what comes afterwards");
  expect(seen).toEqual(["told: manifest: a mistake", "what comes afterwards"]);
});

test("a reload during the check is checked as well", async () => {
  const { hear, wasWrong, seen, verdict } = reloading();
  hear("⎔ Reloading local server...");
  hear("⎔ Reloading local server... again");
  await verdict("manifest: a mistake");
  await verdict("");
  expect(await wasWrong()).toBe(false);
  expect(seen).toEqual(["told: manifest: a mistake"]);
});
