import { expect, test } from "vitest";
import type { ChannelStatus } from "../../src/alerts/index.ts";
import { judgeChannels } from "../../src/launch/checks/alert-channels.ts";
import type { Trial } from "../../src/launch/store.ts";

const NOW = 1_800_000_000_000;
const channel = (name: string, state: ChannelStatus["state"] = "unused"): ChannelStatus => ({
  name,
  kind: "slack",
  rules: [],
  state,
  failingSince: null,
  lastError: state === "failing" ? "500" : null,
  lastSentAt: null,
  waiting: 0,
  dead: 0,
});
const trial = (answers: Record<string, string | null>, hoursAgo = 1): Trial => ({
  name: "alerts",
  id: "t",
  startedAt: NOW,
  finishedAt: NOW - hoursAgo * 3_600_000,
  detail: JSON.stringify(answers),
});

test("without a channel nobody would be told: a person has to see to it", () => {
  expect(judgeChannels([], undefined, NOW)).toMatchObject({ ok: false, person: true });
});

test("channels that answered their test pass", () => {
  const verdict = judgeChannels([channel("a"), channel("b")], trial({ a: null, b: null }), NOW);
  expect(verdict).toMatchObject({ ok: true, evidence: "a, b answered" });
});

test("a channel that refused its test fails, with what it said", () => {
  const verdict = judgeChannels([channel("a"), channel("b")], trial({ a: null, b: "404" }), NOW);
  expect(verdict).toMatchObject({ ok: false, evidence: "b: 404" });
  expect(verdict.person).toBeUndefined();
});

test("a channel that fails at work fails here, though nobody tested it", () => {
  expect(judgeChannels([channel("a", "failing")], undefined, NOW)).toMatchObject({
    ok: false,
    evidence: "a: 500",
  });
});

test("a channel that delivers at work needs no test; one that was never used does", () => {
  expect(judgeChannels([channel("a", "working")], undefined, NOW).ok).toBe(true);
  expect(judgeChannels([channel("a")], undefined, NOW)).toMatchObject({ person: true });
});

test("a test of last week says nothing about today", () => {
  expect(judgeChannels([channel("a")], trial({ a: null }, 200), NOW)).toMatchObject({ person: true });
});
