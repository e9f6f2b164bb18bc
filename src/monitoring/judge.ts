import type { Manifest } from "../manifest-shape.ts";
import type { Measured } from "./measure.ts";

export interface Judged {
  readonly name: string;
  readonly isRaised: boolean;
  readonly text: string;
}

const MINUTE_MS = 60_000;
/** A cron may be late by its whole interval before it counts as missed. */
const MISSED_AFTER_INTERVALS = 2;
const PROBES_MISSED_AFTER_MS = 45 * MINUTE_MS;

/** So many of something, as a sentence. */
const told = (count: number, one: string, many: string): string =>
  count === 1 ? `1 ${one}` : `${count} ${many}`;

const minutes = (ms: number): number => Math.round(ms / MINUTE_MS);

/** Which conditions hold. Pure: the same numbers raise and resolve the same signals. */
export function judge(
  measured: Measured,
  monitoring: Manifest["monitoring"],
  cronIntervals: Readonly<Record<string, number>>,
): readonly Judged[] {
  const window = `in ${monitoring.windowMinutes} minutes`;
  const { revokedConnections: revoked, activeConnections: active } = measured;
  const { failedDeliveries: setAside, refusedDeliveries: unauthorized } = measured;
  const refused = told(revoked, "connection was refused", "connections were refused");
  const share = revoked === 0 ? 0 : revoked / (revoked + active);
  const late = Object.entries(measured.cronAges).filter(
    ([cron, age]) => age > (cronIntervals[cron] ?? Number.POSITIVE_INFINITY) * MISSED_AFTER_INTERVALS,
  );
  const stuck = Object.entries(measured.oldestWaiting).filter(
    ([, age]) => age > monitoring.waitingMinutes * MINUTE_MS,
  );
  return [
    {
      name: "suspension_suspected",
      isRaised:
        revoked >= monitoring.suspectedSuspension.connections &&
        share >= monitoring.suspectedSuspension.share,
      text: `${refused} as revoked ${window}: Revento has probably suspended the integration.`,
    },
    {
      name: "token_revoked_spike",
      isRaised: revoked >= monitoring.revokedTokens,
      text: `${refused} as revoked ${window}.`,
    },
    {
      name: "refresh_failing",
      isRaised: measured.refreshFailures >= monitoring.refreshFailures,
      text: `${told(measured.refreshFailures, "refresh", "refreshes")} failed ${window}.`,
    },
    {
      name: "deliveries_failing",
      isRaised: Math.max(setAside, unauthorized) >= monitoring.failedDeliveries,
      text: `${told(setAside, "webhook was", "webhooks were")} set aside, ${unauthorized} refused for their signature or timestamp, ${window}.`,
    },
    {
      name: "dead_letters",
      isRaised: measured.deadLetters >= monitoring.deadLetters,
      text: `${told(measured.deadLetters, "message is set aside and waits", "messages are set aside and wait")} for a decision.`,
    },
    {
      name: "queue_growing",
      isRaised: stuck.length > 0,
      text: `Work waits longer than ${monitoring.waitingMinutes} minutes: ${stuck.map(([what, age]) => `${what} ${minutes(age)} min`).join(", ")}.`,
    },
    {
      name: "erasure_overdue",
      isRaised: measured.overdueErasures > 0,
      text: `${told(measured.overdueErasures, "erasure is past its", "erasures are past their")} deadline.`,
    },
    {
      name: "handler_paused",
      isRaised: measured.pausedHandlers.length > 0,
      text: `Handlers only ran over their time, and are paused: ${measured.pausedHandlers.join(", ")}.`,
    },
    {
      name: "probes_lagging",
      isRaised: active > 0 && measured.probes === 0 && measured.oldestActiveAge > PROBES_MISSED_AFTER_MS,
      text: `No health probe ended in the last ${minutes(PROBES_MISSED_AFTER_MS)} minutes.`,
    },
    {
      name: "cron_missed",
      isRaised: late.length > 0,
      text: `Crons did not run: ${late.map(([cron, age]) => `${cron} for ${minutes(age)} min`).join(", ")}.`,
    },
  ];
}
