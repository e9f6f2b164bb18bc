import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { readAlertRules } from "../../src/alert-rules.ts";
import { quietUntil } from "../../src/alerts/quiet.ts";
import { readConfig } from "../../src/config.ts";
import { isAllowedTarget } from "../../src/lib/outgoing-host.ts";

const slack = { kind: "slack", name: "team", url: "https://hooks.slack.com/services/T/B/x" };
const rule = { id: "flagged", on: "application.revision_requested", channels: [slack] };
const problemsOf = (...rules: unknown[]): readonly string[] => {
  const result = readAlertRules(rules, false);
  return result.ok ? [] : result.problems;
};

test("a channel is spelled out once and named afterwards", () => {
  const result = readAlertRules([rule, { id: "ops", signal: "*", channels: ["team"] }], false);
  expect(result).toMatchObject({
    ok: true,
    value: { rules: [{ channels: ["team"] }, { channels: ["team"] }] },
  });
});

test.each([
  [{ ...rule, on: undefined }, 'rule flagged: it: "on" or "signal", one of the two'],
  [{ ...rule, colour: "red" }, "rule flagged: it: unknown: colour"],
  [{ ...rule, channels: [] }, "rule flagged: channels: "],
  [{ ...rule, channels: ["nobody"] }, "rule flagged: no channel is named nobody"],
  [
    { ...rule, channels: [{ ...slack, url: "http://hooks.slack.com/x" }] },
    "channel team: url must be https to a public host",
  ],
  [
    { ...rule, channels: [{ ...slack, url: "http://localhost:1/x" }] },
    "channel team: url must be https to a public host",
  ],
  [
    { ...rule, channels: [{ ...slack, url: "https://10.0.0.1/x" }] },
    "channel team: url must be https to a public host",
  ],
  [{ ...rule, text: "{{email}}" }, "rule flagged: text names email, which is no safe field"],
  [{ ...rule, text: "{{data.email}}" }, "rule flagged: text names data.email"],
  [{ ...rule, quiet_hours: { from: "25:00", to: "07:00", time_zone: "Europe/Warsaw" } }, "quiet_hours.from"],
  [{ ...rule, quiet_hours: { from: "22:00", to: "07:00", time_zone: "Nowhere" } }, "quiet_hours.time_zone"],
])("a wrong rule is told by its place: %#", (wrong, problem) => {
  expect(problemsOf(wrong)).toEqual([expect.stringContaining(problem)]);
});

test("personal data may be named where the rule asks for it", () => {
  expect(problemsOf({ ...rule, text: "{{data.display_name}}", personal_data: true })).toEqual([]);
});

test("two rules with one id, and two channels with one name, are told", () => {
  expect(problemsOf(rule, rule)).toEqual(["two rules have the id flagged"]);
  const other = { ...rule, id: "other", channels: [{ ...slack, url: "https://example.com/x" }] };
  expect(problemsOf(rule, other)).toEqual(["two channels are named team"]);
});

test("the settings say what is wrong with the rules and show no value of them", () => {
  const secret = { ...slack, url: "http://insecure.example.com/services/secret-part" };
  const config = readConfig({ ...env, ALERT_RULES: JSON.stringify([{ ...rule, channels: [secret] }]) });
  expect(config).toMatchObject({ ok: false, failure: { problems: [{ key: "ALERT_RULES" }] } });
  expect(JSON.stringify(config)).toContain("channel team: url must be https to a public host");
  expect(JSON.stringify(config)).not.toContain("secret-part");
});

test.each([
  ["https://hooks.slack.com/x", true],
  ["https://8.8.8.8/x", true],
  ["https://[2606:4700::1111]/x", true],
  ["http://hooks.slack.com/x", false],
  ["https://localhost/x", false],
  ["https://127.0.0.1/x", false],
  ["https://2130706433/x", false],
  ["https://0x7f.1/x", false],
  ["https://10.1.2.3/x", false],
  ["https://172.20.0.1/x", false],
  ["https://192.168.1.1/x", false],
  ["https://169.254.169.254/latest", false],
  ["https://100.64.0.1/x", false],
  ["https://[::1]/x", false],
  ["https://[fd00::1]/x", false],
  ["https://[fe80::1]/x", false],
  ["https://[::ffff:10.0.0.1]/x", false],
  ["https://[64:ff9b::10.0.0.1]/x", false],
  ["https://printer/x", false],
  ["https://printer./x", false],
  ["https://localhost./x", false],
  ["https://db.internal/x", false],
  ["https://user:pass@example.com/x", false],
])("%s may be called: %s", (url, isAllowed) => {
  expect(isAllowedTarget(new URL(url), false)).toBe(isAllowed);
});

test("loopback may be called where we are loopback ourselves, and nothing else of the inside", () => {
  expect(isAllowedTarget(new URL("http://127.0.0.1:9/x"), true)).toBe(true);
  expect(isAllowedTarget(new URL("http://192.168.1.1/x"), true)).toBe(false);
});

test("quiet hours over midnight end on the next morning of their zone", () => {
  const quiet = { from: "22:00", to: "07:00", time_zone: "Europe/Warsaw" };
  const at = (iso: string): number => Date.parse(iso);
  expect(quietUntil(quiet, at("2026-11-21T21:30:10Z"))).toBe(at("2026-11-22T06:00:00Z"));
  expect(quietUntil(quiet, at("2026-11-22T05:59:59Z"))).toBe(at("2026-11-22T06:00:00Z"));
  expect(quietUntil(quiet, at("2026-11-22T06:00:00Z"))).toBeNull();
  expect(quietUntil(quiet, at("2026-11-21T20:59:59Z"))).toBeNull();
  expect(quietUntil(undefined, 0)).toBeNull();
});
