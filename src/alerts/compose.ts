/** A row of `alerts` as D1 gives it. */
export interface AlertRow {
  readonly id: number;
  readonly rule: string;
  readonly action: "trigger" | "resolve";
  readonly dedup_key: string;
  readonly text: string;
  readonly attempts: number;
  readonly batch: string;
}

/** One message to a channel: one alert, or a group of them. */
export interface ChannelMessage {
  /** The same for every try of the same alerts: for channels that recognise repeats. */
  readonly id: string;
  readonly action: "trigger" | "resolve";
  readonly dedupKey: string;
  readonly rule: string;
  readonly text: string;
  /** How many alerts it stands for. */
  readonly count: number;
}

/** The key of a group, from that of its first alert. */
export const groupKey = (dedupKey: string): string => `group:${dedupKey}`;

/** Texts that a grouped message spells out. */
const SPELLED_OUT = 3;

/** One message for rows that leave together: the first few spelled out, the others counted. */
export function compose(rows: readonly [AlertRow, ...AlertRow[]]): ChannelMessage {
  const [first] = rows;
  const ids = { id: first.batch, rule: first.rule, count: rows.length };
  if (rows.length === 1) {
    return { ...ids, action: first.action, dedupKey: first.dedup_key, text: lineOf(first) };
  }
  const more = rows.length - SPELLED_OUT;
  const lines = [...rows.slice(0, SPELLED_OUT).map(lineOf), ...(more > 0 ? [`and ${more} more`] : [])];
  const hasTrigger = rows.some(({ action }) => action === "trigger");
  return {
    ...ids,
    action: hasTrigger ? "trigger" : "resolve",
    dedupKey: groupKey(first.dedup_key),
    text: lines.join("\n"),
  };
}

const lineOf = ({ action, text }: AlertRow): string => (action === "resolve" ? `Resolved: ${text}` : text);
