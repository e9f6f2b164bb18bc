import { expect, test } from "vitest";
import { checkManifest } from "../../src/handling/index.ts";
import { manifest } from "../../src/manifest.ts";
import type { Manifest } from "../../src/manifest-shape.ts";

const none = { handlers: [], source: "" };
const handler = (pattern: string) => ({ ...none, handlers: [{ name: "mine", pattern }] });
const withTypes = (...eventTypes: string[]): Manifest => ({ ...manifest, eventTypes });
const indispensable = ["data.deletion_required", "user.revoked_access", "integration.*"];

test("the manifest as it stands is right, and everything it declares is used", () => {
  expect(checkManifest(manifest, none)).toEqual({ errors: [], warnings: [] });
});

test("unknown scopes and types are errors", () => {
  const wrong = {
    ...withTypes(...indispensable, "participant.cancelled", "badge.printed"),
    installation: { required: ["event.write"], optional: [] },
  } as unknown as Manifest;
  expect(checkManifest(wrong, none).errors).toEqual([
    "unknown installation scope event.write",
    "unknown event type participant.cancelled",
    "unknown event type badge.printed",
  ]);
});

test("what the lifecycle needs has to be declared", () => {
  expect(checkManifest(withTypes("event.updated"), none).errors).toContain(
    "event type data.deletion_required has to be declared",
  );
});

test("a handler for a type that is not declared is an error; a hook needs no declaration", () => {
  const thin = withTypes(...indispensable, "application.approved");
  expect(checkManifest(thin, handler("activity.*")).errors).toEqual([
    "handler mine waits for activity.*, which eventTypes does not declare",
  ]);
  expect(checkManifest(thin, handler("application.*")).errors).toEqual([]);
  expect(checkManifest(thin, handler("participant.cancelled")).errors).toEqual([]);
});

test("a declared type that nothing uses is a warning with the list", () => {
  const withoutProgram = { ...manifest, installation: { required: ["event.read"], optional: [] } } as const;
  const [warning] = checkManifest(withoutProgram, none).warnings;
  expect(warning).toContain("activity.updated, activity.capacity_state_changed, thread.*, location.*");
  expect(checkManifest(withoutProgram, handler("activity.*")).warnings[0]).not.toContain("activity.updated");
});

test("an endpoint that is used without its scope is an error", () => {
  const withoutProgram = { ...manifest, installation: { required: ["event.read"], optional: [] } } as const;
  const source =
    "on('event.updated', async (e, ctx) => { await ctx.revento.activities(); await ctx.revento.event(); })";
  expect(checkManifest(withoutProgram, { ...none, source }).errors).toEqual([
    "revento.activities() is used without its scope program.read",
  ]);
});
