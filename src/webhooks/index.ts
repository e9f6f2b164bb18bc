/** Deliveries from Revento: intake, consumer, records, what is set aside. The one public file of this feature. */

export { consumeWebhooks } from "./consume.ts";
export {
  consumeDeadLetters,
  type DeadLetter,
  type DeadLetterFilter,
  discardDeadLetter,
  FILTER_HELP,
  listDeadLetters,
  QUEUES,
  readFilter,
  replayDeadLetter,
  replayDeadLetters,
  resealLetters,
  setAsideJob,
} from "./dead-letters/index.ts";
export { countRefusals } from "./refusals.ts";
export { webhookRoutes } from "./routes.ts";
export { sweepSpills } from "./spills.ts";
