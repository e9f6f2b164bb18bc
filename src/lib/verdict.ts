/** What a queue consumer decides of one message. There is no silent default: returning nothing would acknowledge it. */
export type Verdict =
  | { readonly do: "ack" }
  /** Not a failure: acknowledged and sent again later, so that no attempt is used up. */
  | { readonly do: "again"; readonly inS: number }
  | { readonly do: "retry"; readonly inS: number }
  | { readonly do: "set_aside"; readonly reason: string };

export const ACK: Verdict = { do: "ack" };

/** The longest delay that a queue takes, in seconds. */
const MAX_DELAY_S = 86_400;

/** Exponential with full jitter: 2 s, 4 s, … up to 15 min. `attempt` counts from 1. */
export function backoffS(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(900, 2 ** Math.min(attempt, 10));
  return Math.min(MAX_DELAY_S, 1 + Math.floor(random() * ceiling));
}
