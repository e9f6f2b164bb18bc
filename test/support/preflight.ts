import packageJson from "../../package.json" with { type: "json" };
import { PROOFS } from "../../scripts/preflight/proofs.ts";
import type { Checkout } from "../../scripts/preflight/run.ts";

/** Lines that need a person at every instance. */
export const FOR_PEOPLE: readonly string[] = ["consent-text-previewed"];

/** What a local instance cannot show either: https, and channels that nobody has set up. In the order of the checklist. */
export const FOR_PEOPLE_LOCALLY: readonly string[] = [...FOR_PEOPLE, "https", "alert-channels"];

/** A checkout whose suite passed, every test that the checklist names among it: for where the suite has not just run. */
export const asIfPassed = (root: string): Checkout => ({
  root,
  version: packageJson.version,
  commit: "none",
  reports: [
    {
      at: 2,
      results: Object.values(PROOFS).flatMap((proofs) => proofs.map((proof) => ({ ...proof, passed: true }))),
    },
  ],
  changedAt: 1,
});
