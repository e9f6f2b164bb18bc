import type { AlertChannel } from "../alert-rules.ts";
import type { World } from "../world.ts";

/** How a channel is doing, for the operator. Times are epoch ms. Holds no URL and no secret. */
export interface ChannelStatus {
  readonly name: string;
  readonly kind: AlertChannel["kind"];
  readonly rules: readonly string[];
  readonly state: "working" | "failing" | "unused";
  readonly failingSince: number | null;
  readonly lastError: string | null;
  readonly lastSentAt: number | null;
  /** Not sent yet. */
  readonly waiting: number;
  /** Given up: refused, or a day old. */
  readonly dead: number;
}

interface Row {
  channel: string;
  failing_since: number | null;
  last_error: string | null;
  last_sent_at: number | null;
  waiting: number;
  dead: number;
}

const SELECT = `
SELECT n.value AS channel, c.failing_since, c.last_error, c.last_sent_at,
  (SELECT count(*) FROM alerts a WHERE a.channel = n.value AND a.state IN ('waiting', 'sending')) AS waiting,
  (SELECT count(*) FROM alerts a WHERE a.channel = n.value AND a.state = 'dead') AS dead
FROM json_each(?) n LEFT JOIN alert_channels c ON c.channel = n.value`;

/** Every configured channel, in the order of the rules. */
export async function listChannels(world: World): Promise<readonly ChannelStatus[]> {
  const { rules, channels } = world.config.alertRules;
  const { results } = await world.db.raw
    .prepare(SELECT)
    .bind(JSON.stringify([...channels.keys()]))
    .all<Row>();
  const rows = new Map(results.map((row) => [row.channel, row]));
  return [...channels.values()].map(({ name, kind }) => {
    const row = rows.get(name);
    return {
      name,
      kind,
      rules: rules.filter((rule) => rule.channels.includes(name)).map(({ id }) => id),
      state: row?.failing_since != null ? "failing" : row?.last_sent_at != null ? "working" : "unused",
      failingSince: row?.failing_since ?? null,
      lastError: row?.last_error ?? null,
      lastSentAt: row?.last_sent_at ?? null,
      waiting: row?.waiting ?? 0,
      dead: row?.dead ?? 0,
    };
  });
}
