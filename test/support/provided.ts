import "vitest";

/** What global set-ups in Node hand to tests in workerd. */
declare module "vitest" {
  interface ProvidedContext {
    /** Origin of the receivers of alerts (test/node/support/receivers.ts). */
    receivers: string;
    /** `npm run soak`: the long versions. */
    soak: boolean;
    /** Where the model of the mirror begins to count its seeds: `FIRST_SEED`, else 1. */
    firstSeed: number;
  }
}
