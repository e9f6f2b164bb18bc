/** An OAuth authorization under way, for connect and login alike. The one public file of this feature. */

export { type BeginningFlow, beginFlow } from "./begin.ts";
export { FLOW_LIFETIME_MS, type FlowKind, redirectUri } from "./flow.ts";
export { answerProblem, declinedPage, flowProblemPage } from "./problem-pages.tsx";
export { redeem } from "./redeem.ts";
export { refuseHead } from "./refuse-head.ts";
export { type Flow, type FlowProblem, takeFlow } from "./take.ts";
