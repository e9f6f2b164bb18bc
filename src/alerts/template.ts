import type { AlertRule } from "../alert-rules.ts";
import type { Config } from "../config.ts";
import type { AlertSignal } from "../messages.ts";
import type { Happening } from "../outbox/index.ts";
import { valueAt } from "./filter.ts";

const EVENT_TEXT = "{{type}}: {{resource_id}} of event {{event_id}} ({{occurred_at}}). {{ops_url}}";
const SIGNAL_TEXT = "{{signal}} {{state}}: {{text}} {{ops_url}}";

/** The most of one value that goes into a text. */
const MAX_VALUE = 300;

/** The text of a rule for an event. Safe fields only, unless the rule asks for personal data. */
export function renderText(config: Config, rule: AlertRule, happening: Happening): string {
  const { data } = happening;
  const fields: Readonly<Record<string, unknown>> = {
    rule: rule.id,
    type: happening.type,
    event_id: happening.eventId,
    organization_id: happening.organizationId,
    resource_id: data.id,
    participant_id: data.participant_id,
    status: data.status,
    occurred_at: new Date(happening.occurredAt).toISOString(),
    ops_url: `${config.publicUrl}/ops`,
  };
  return fill(rule.text ?? EVENT_TEXT, (name) =>
    name.startsWith("data.") && rule.personal_data === true ? valueAt(data, name.slice(5)) : fields[name],
  );
}

/** The text of a rule for an operations signal. */
export function renderSignal(config: Config, rule: AlertRule, signal: AlertSignal): string {
  const fields: Readonly<Record<string, unknown>> = {
    rule: rule.id,
    signal: signal.signal,
    state: signal.state,
    text: signal.text,
    subject: signal.subject,
    occurred_at: new Date(signal.at).toISOString(),
    ops_url: `${config.publicUrl}/ops`,
  };
  return fill(rule.text ?? SIGNAL_TEXT, (name) => fields[name]);
}

function fill(template: string, lookUp: (name: string) => unknown): string {
  return template
    .replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, name: string) => show(lookUp(name)))
    .replace(/\s+/g, " ")
    .trim();
}

function show(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
