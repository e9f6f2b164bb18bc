/** Alerts: rules, channels, the fast lane and the outbox lane. */

export { consumeAlerts } from "./consume.ts";
export { insertAlerts } from "./insert.ts";
export { alertRulesFor, notesFor } from "./notes.ts";
export { nudgeAlerts } from "./nudge.ts";
export { quietHoursOf } from "./quiet.ts";
export { type ChannelStatus, listChannels } from "./status.ts";
export { sweepAlerts } from "./sweep.ts";
export { sendTest } from "./test-send.ts";
