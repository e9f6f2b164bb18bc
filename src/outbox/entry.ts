import { matchesType, subscribersOf } from "./registry.ts";

/**
 * A signed webhook body, or a hook of ours in the same clothes. `occurredAt` is epoch ms on Revento's clock.
 * `data` is as it came (a plain object; empty for hooks that say nothing more).
 */
export interface Happening {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: number;
  readonly eventId: string | null;
  readonly organizationId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What becomes one outbox row for each of its targets. */
export interface OutboxEntry {
  readonly connectionId: string;
  readonly bodyId: string;
  readonly type: string;
  /** Rows of one resource run in commit order. */
  readonly resource: string;
  readonly occurredAt: number;
  readonly targets: readonly string[];
  readonly payload: Happening;
}

/** `participant:ptp_1`, `activity:act_1`, …: what a happening is about. An application belongs to its participant. */
export function resourceOf(happening: Happening): string {
  const { data, type } = happening;
  const family = type.slice(0, Math.max(0, type.indexOf("."))) || type;
  const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
  if (matchesType("application.*", type) || matchesType("participant.*", type)) {
    const participant = text(data.participant_id) ?? (family === "participant" ? text(data.id) : null);
    if (participant !== null) return `participant:${participant}`;
  }
  return `${family}:${text(data.id) ?? text(data.user_id) ?? ""}`;
}

/** The entry for the handlers of a happening, or null where no handler wants it. */
export function entryFor(connectionId: string, happening: Happening): OutboxEntry | null {
  const targets = subscribersOf(happening.type);
  if (targets.length === 0) return null;
  return {
    connectionId,
    bodyId: happening.id,
    type: happening.type,
    resource: resourceOf(happening),
    occurredAt: happening.occurredAt,
    targets,
    payload: happening,
  };
}
