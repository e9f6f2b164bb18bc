/** Alerts: rules, channels, the fast lane and the outbox lane. */

export { consumeAlerts } from "./consume.ts";
export { insertAlerts } from "./insert.ts";
export { alertRulesFor, notesFor } from "./notes.ts";
