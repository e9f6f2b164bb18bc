/** The self-test behind the pre-launch checklist. Nothing here signs anything. */

export { sendCanaries, takeCanaries } from "./canary.ts";
export { CHECKLIST, type ChecklistLine, type RowState, SECTIONS } from "./checklist.ts";
export { SELF_TEST_TYPE } from "./forget-deliveries.ts";
export { type ChecklistReport, findReport } from "./report.ts";
export { selfTestRoutes } from "./routes.ts";
export { type ChecklistRow, checklistRows } from "./rows.ts";
export { runSelfTest, type SelfTest } from "./self-test.ts";
