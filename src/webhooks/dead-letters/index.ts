/** Messages set aside: kept sealed, looked at, sent again, discarded. */

export { consumeDeadLetters } from "./consume.ts";
export { discardDeadLetter } from "./discard.ts";
export { type DeadLetterFilter, FILTER_HELP, readFilter } from "./filter.ts";
export { type Letter, QUEUES, type QueueName } from "./letter.ts";
export { type DeadLetter, listDeadLetters } from "./list.ts";
export { replayDeadLetter, replayDeadLetters } from "./replay.ts";
export { resealLetters } from "./reseal.ts";
export { setAsideJob, storeLetters } from "./store.ts";
