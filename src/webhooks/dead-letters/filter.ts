import * as z from "zod/mini";
import { QUEUES } from "./letter.ts";

/** Which letters are meant. Strict: a mistyped name or queue would otherwise mean "all". */
const filter = z.strictObject({
  queue: z.optional(z.enum(QUEUES)),
  reason: z.optional(z.string()),
});

export type DeadLetterFilter = z.infer<typeof filter>;

/** @returns null where it says anything that is not understood. */
export function readFilter(given: unknown): DeadLetterFilter | null {
  const read = filter.safeParse(given);
  return read.success ? read.data : null;
}

/** What to say to whoever sent such a filter. */
export const FILTER_HELP = `A filter is queue (one of: ${QUEUES.join(", ")}), reason, or both; nothing else. Nothing was replayed.`;
