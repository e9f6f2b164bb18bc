import type { Manifest } from "../src/manifest-shape.ts";

/** What Revento has on record of an integration: `EMULATOR_INTEGRATION` of the emulator, which then plays it. */
export const registrationOf = ({ name, installation, user, eventTypes }: Manifest) => ({
  name,
  scopes: [installation, user].flatMap(({ required, optional }) => [
    ...required.map((scope) => ({ name: scope, required: true })),
    ...optional.map((scope) => ({ name: scope, required: false })),
  ]),
  declared_webhook_event_types: eventTypes,
});
