import type { Proof } from "./suite.ts";

/** Tests of the suite that show a line of the checklist, by line. A test keeps this list true: each one exists. */
export const PROOFS: Readonly<Record<string, readonly Proof[]>> = {};
