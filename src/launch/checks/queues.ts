import { CANARY_QUEUES } from "../canary.ts";
import { type CheckResult, failed, passed } from "../check.ts";
import type { Trial } from "../store.ts";

const BUTTON = "Press “Send a message through every queue” on /ops/checklist";

/** Judges the last canaries. */
export function checkQueues(trials: readonly Trial[]): CheckResult {
  const canaries = CANARY_QUEUES.map((queue) => ({
    queue,
    trial: trials.find(({ name }) => name === `queue:${queue}`),
  }));
  if (canaries.every(({ trial }) => trial === undefined)) {
    return failed(
      "queues",
      "nobody has sent a message through the queues yet",
      `${BUTTON}, then look again.`,
    );
  }
  const silent = canaries.filter(({ trial }) => trial?.finishedAt == null).map(({ queue }) => queue);
  if (silent.length > 0) {
    return failed(
      "queues",
      `no message came back from ${silent.join(", ")}`,
      `${BUTTON} to try again. Where one stays silent, look at the consumers with \`npx wrangler queues info NAME\`; deploy again where one is missing.`,
    );
  }
  const times = canaries.map(
    ({ queue, trial }) => `${queue} ${(trial?.finishedAt ?? 0) - (trial?.startedAt ?? 0)} ms`,
  );
  return passed("queues", `a message came back from each: ${times.join(", ")}`);
}
