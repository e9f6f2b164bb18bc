import { expect, test } from "vitest";
import { optionsFrom } from "../../emulator/node.ts";
import { registrationOf } from "../../scripts/registration.ts";
import { manifest } from "../../src/manifest.ts";

test("the emulator takes the manifest as what Revento has on record", () => {
  const EMULATOR_INTEGRATION = JSON.stringify(registrationOf(manifest));
  expect(optionsFrom({ EMULATOR_INTEGRATION }, 8788).integration).toEqual({
    name: manifest.name,
    scopes: [
      { name: "event.read", required: true },
      { name: "participants.read", required: true },
      { name: "program.read", required: false },
      { name: "profile.read", required: true },
      { name: "event.attendance", required: false },
    ],
    declared_webhook_event_types: manifest.eventTypes,
  });
});
