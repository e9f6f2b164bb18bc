import type { AlertRule } from "../alert-rules.ts";
import type { Config } from "../config.ts";
import type { AlertNote, AlertSignal } from "../messages.ts";
import { type Happening, matchesType, resourceOf } from "../outbox/index.ts";
import { isMatch } from "./filter.ts";
import { renderSignal, renderText } from "./template.ts";

const isEither = (rule: AlertRule, type: string): boolean =>
  rule.on !== undefined &&
  [rule.on, ...(rule.resolve_on ?? [])].some((pattern) => matchesType(pattern, type));

/** Rules that an event type may trigger or resolve: a quick look before anything is parsed further. */
export function alertRulesFor(config: Config, type: string): readonly AlertRule[] {
  return config.alertRules.rules.filter((rule) => isEither(rule, type));
}

/**
 * The alerts that an event makes, filters and texts done. Intake sends them as
 * `ALERTS.send({ kind: "notes", notes })` where there are any; the consumer inserts the same with `insertAlerts`.
 */
export function notesFor(config: Config, happening: Happening): readonly AlertNote[] {
  return alertRulesFor(config, happening.type).flatMap((rule) => {
    const isTrigger = matchesType(rule.on ?? "", happening.type);
    if (isTrigger && !isMatch(rule.where, happening.data)) return [];
    return [
      {
        bodyId: happening.id,
        rule: rule.id,
        action: isTrigger ? ("trigger" as const) : ("resolve" as const),
        dedupKey: dedupKeyOf(rule, happening),
        text: renderText(config, rule, happening),
        eventId: happening.eventId,
        organizationId: happening.organizationId,
        occurredAt: happening.occurredAt,
      },
    ];
  });
}

/** A trouble that other events resolve is one for each resource; otherwise each event is its own. */
function dedupKeyOf(rule: AlertRule, happening: Happening): string {
  if (rule.resolve_on === undefined) return `${rule.id}:${happening.id}`;
  return `${rule.id}:${happening.eventId ?? ""}:${resourceOf(happening)}`;
}

/** The alerts that an operations signal makes. One signal may be raised for several subjects. */
export function notesForSignal(config: Config, signal: AlertSignal): readonly AlertNote[] {
  const about = `signal:${signal.signal}:${signal.subject ?? ""}`;
  return config.alertRules.rules
    .filter((rule) => rule.signal === "*" || rule.signal === signal.signal)
    .map((rule) => ({
      bodyId: `${about}:${signal.state}:${signal.at}`,
      rule: rule.id,
      action: signal.state === "raised" ? "trigger" : "resolve",
      dedupKey: `${rule.id}:${about}`,
      text: renderSignal(config, rule, signal),
      eventId: null,
      organizationId: null,
    }));
}
