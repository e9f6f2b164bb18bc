import { expect, test } from "vitest";
import { checkManifest, ensureManifest } from "../../src/handling/index.ts";
import { createLogger } from "../../src/lib/log.ts";
import { manifest } from "../../src/manifest.ts";
import type { Manifest } from "../../src/manifest-shape.ts";

const none = { handlers: [], source: "" };
const handler = (pattern: string) => ({ ...none, handlers: [{ name: "mine", pattern }] });
const withTypes = (...eventTypes: string[]): Manifest => ({ ...manifest, eventTypes });
const withoutProgram: Manifest = {
  ...manifest,
  installation: { required: ["event.read", "participants.read"], optional: [] },
};
const indispensable = ["data.deletion_required", "user.revoked_access", "integration.*"];

test("the manifest as it stands is right, and everything it declares is used", () => {
  expect(checkManifest(manifest, none)).toEqual({ errors: [], warnings: [] });
});

test("unknown scopes and types are errors", () => {
  const wrong = {
    ...withTypes(...indispensable, "participant.cancelled", "badge.printed"),
    installation: { required: ["event.read", "participants.read", "event.write"], optional: [] },
  } as unknown as Manifest;
  expect(checkManifest(wrong, none).errors).toEqual([
    "unknown installation scope event.write; there are event.read, participants.read, program.read",
    "unknown event type participant.cancelled; Revento has participant.registered, participant.profile_updated",
    expect.stringContaining("unknown event type badge.printed; Revento has application.submitted, "),
  ]);
});

test("what the lifecycle needs has to be declared", () => {
  expect(checkManifest(withTypes("event.updated"), none).errors).toContain(
    "eventTypes has to hold data.deletion_required: the base needs it, to end and to erase what has to go",
  );
});

test("a handler for a type that is not declared is an error; a hook needs no declaration", () => {
  const thin = withTypes(...indispensable, "application.approved");
  expect(checkManifest(thin, handler("activity.*")).errors).toEqual([
    "handler mine waits for activity.*, which eventTypes does not declare: add it there, or take this out",
  ]);
  expect(checkManifest(thin, handler("application.*")).errors).toEqual([]);
  expect(checkManifest(thin, handler("participant.cancelled")).errors).toEqual([]);
});

test("a declared type that nothing uses is a warning with the list", () => {
  const [warning] = checkManifest(withoutProgram, none).warnings;
  expect(warning).toContain("activity.updated, activity.capacity_state_changed, thread.*, location.*");
  expect(checkManifest(withoutProgram, handler("activity.*")).warnings[0]).not.toContain("activity.updated");
});

test("an endpoint that is used without its scope is an error", () => {
  const source =
    "on('event.updated', async (e, ctx) => { await ctx.revento.activities(); await ctx.revento.event(); })";
  expect(checkManifest(withoutProgram, { ...none, source }).errors).toEqual([
    "revento.activities() is used without its scope program.read: declare it under installation",
  ]);
});

test("scopes that the base itself needs have to be required, whatever a publisher asks for", () => {
  const bare: Manifest = {
    ...manifest,
    installation: { required: ["program.read"], optional: ["participants.read"] },
    user: { required: [], optional: [] },
  };
  expect(checkManifest(bare, none).errors).toEqual([
    expect.stringMatching(/^installation\.required has to hold event\.read: the base needs it/),
    expect.stringMatching(/^installation\.required has to hold participants\.read: the base needs it/),
    expect.stringMatching(
      /^user\.required has to hold profile\.read: the base needs it.*every sign-in fails/,
    ),
  ]);
});

const monitoring = (own: object) => ({ monitoring: { ...manifest.monitoring, ...own } });

test.each([
  [{ deprecation: { endsOn: "30.06.2027" } }, /^deprecation is \{"endsOn":"30\.06\.2027"\}; .*"2027-06-30"/],
  [{ deprecation: { endsOn: "2027-13-45" } }, /^deprecation is .*2027-13-45/],
  [{ deprecation: { endsOn: "2027-02-30" } }, /^deprecation is .*2027-02-30/],
  [{ deprecation: undefined }, /^deprecation is missing; it has to be null, or/],
  [{ name: "" }, /^name is ""; it has to be a text that is not empty$/],
  [{ description: { en: "Fine", pl: " " } }, /^description\.pl is " "/],
  [{ description: { en: "Fine" } }, /^description\.pl is missing; it has to be a text/],
  [{ contact: { ...manifest.contact, email: "nope" } }, /^contact\.email is "nope"; .* e-mail address$/],
  [{ contact: { ...manifest.contact, url: "help" } }, /^contact\.url is "help"/],
  [{ termsUrl: "javascript:alert(1)" }, /^termsUrl is "javascript:alert\(1\)"; .* https:\/\//],
  [{ eventTypes: "event.updated" }, /^eventTypes is "event\.updated"; it has to be a list/],
  [{ user: { required: ["profile.read"] } }, /^user\.optional is missing; it has to be a list/],
  [monitoring({ windowMinutes: -5 }), /^monitoring\.windowMinutes is -5; it has to be a whole number/],
  [monitoring({ deadLetters: 1.5 }), /^monitoring\.deadLetters is 1\.5/],
  [monitoring({ suspectedSuspension: { connections: 3, share: 50 } }), /suspectedSuspension\.share is 50/],
])("what no manifest can hold is named, with what to write instead: %j", (own, told) => {
  const wrong = { ...manifest, ...own } as unknown as Manifest;
  expect(checkManifest(wrong, none)).toEqual({ errors: [expect.stringMatching(told)], warnings: [] });
  expect(() => ensureManifest(wrong, createLogger())).toThrow(/^src\/manifest\.ts: /);
});

test("a real day of deprecation is right", () => {
  expect(checkManifest({ ...manifest, deprecation: { endsOn: "2028-02-29" } }, none).errors).toEqual([]);
});
