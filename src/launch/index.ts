/** The self-test behind the pre-launch checklist. Nothing here signs anything. */

export { sendCanaries, takeCanaries } from "./canary.ts";
export { runSelfTest, type SelfTest } from "./self-test.ts";
