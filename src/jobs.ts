import { consumeAlerts } from "./alerts/index.ts";
import { consumeHandlers } from "./handling/index.ts";
import { enqueueProbes, runProbe } from "./health/index.ts";
import { takeCanaries } from "./launch/index.ts";
import { backoffS, type Verdict } from "./lib/verdict.ts";
import { endPlatformPage, endUsersOfEvent, runErasureChunk } from "./lifecycle/index.ts";
import type { SyncMessage } from "./messages.ts";
import { reconcilePage, runPage, startRun } from "./mirror/index.ts";
import { watchSometimes } from "./monitoring/index.ts";
import { runRetention } from "./retention/index.ts";
import { consumeDeadLetters, consumeWebhooks, countRefusals, setAsideJob } from "./webhooks/index.ts";
import type { World } from "./world.ts";

/** The job of each kind of `SYNC` message. A feature adds its own here. */
type JobHandlers = {
  readonly [Kind in SyncMessage["kind"]]?: (
    world: World,
    message: Extract<SyncMessage, { kind: Kind }>,
    attempts: number,
  ) => Promise<Verdict>;
};

/** What a cron does page by page, by the job that it names. */
const cronPages: Readonly<
  Record<string, (world: World, message: Extract<SyncMessage, { kind: "cron.page" }>) => Promise<Verdict>>
> = {
  reconcile: reconcilePage,
  probes: enqueueProbes,
  retention: runRetention,
};

const syncJobs: JobHandlers = {
  "cron.page": async (world, message) =>
    (await cronPages[message.job]?.(world, message)) ?? { do: "set_aside", reason: `no cron ${message.job}` },
  "health.probe": runProbe,
  "erasure.chunk": runErasureChunk,
  "users.end": endUsersOfEvent,
  "platform.page": endPlatformPage,
  "sync.start": startRun,
  "sync.page": runPage,
  "deliveries.refused": countRefusals,
};

type BatchConsumer = (world: World, batch: MessageBatch) => Promise<void>;

/** Consumers by queue name without the environment's suffix. Each acknowledges or retries every message itself. */
const consumers: Readonly<Record<string, BatchConsumer>> = {
  "revento-webhooks": consumeWebhooks,
  "revento-sync": consumeSync,
  "revento-alerts": consumeAlerts,
  "revento-handlers": consumeHandlers,
  "revento-webhooks-dead": consumeDeadLetters,
  "revento-sync-dead": consumeDeadLetters,
  "revento-alerts-dead": consumeDeadLetters,
  "revento-handlers-dead": consumeDeadLetters,
};

/** The name of a queue without the suffix of an environment: `revento-webhooks-production` → `revento-webhooks`. */
export const baseQueueName = (queue: string): string => queue.replace(/-(sandbox|production)$/, "");

export async function consume(world: World, received: MessageBatch): Promise<void> {
  const queue = baseQueueName(received.queue);
  const consumer = consumers[queue];
  if (consumer === undefined) {
    world.log.error("queue.no_consumer", { queue: received.queue, messages: received.messages.length });
    received.retryAll({ delaySeconds: 300 });
    return;
  }
  const batch = await takeCanaries(world, queue, received);
  if (batch.messages.length > 0) await logged(world, queue, batch, consumer);
  await watchSometimes(world);
}

/** One line a batch; those of `SYNC` add one a job. */
async function logged(world: World, queue: string, batch: MessageBatch, consumer: BatchConsumer) {
  const startedAt = Date.now();
  const line = (outcome: string) => {
    const durationMs = Date.now() - startedAt;
    world.log.info("batch", { queue, messages: batch.messages.length, outcome, durationMs });
  };
  try {
    await consumer(world, batch);
    line("consumed");
  } catch (error) {
    line("failed");
    throw error;
  }
}

/** One line a job, with the ids that its message names; a person's is none of them. */
function logJob(world: World, { body, attempts }: Message, verdict: Verdict, startedAt: number): void {
  // What no job understands may be no object at all; it is set aside, and logged without ids.
  const isObject = typeof body === "object" && body !== null;
  const job = (isObject ? body : { kind: "unknown" }) as SyncMessage;
  const { connectionId } =
    "life" in job && job.life ? job.life : "connectionId" in job ? job : { connectionId: null };
  world.log.info("job", {
    kind: job.kind,
    connectionId,
    jobId: "jobId" in job ? job.jobId : null,
    attempts,
    outcome: verdict.do,
    durationMs: Date.now() - startedAt,
  });
}

async function consumeSync(world: World, batch: MessageBatch): Promise<void> {
  for (const message of batch.messages) {
    const startedAt = Date.now();
    const verdict = await runSyncJob(world, message.body as SyncMessage, message.attempts);
    logJob(world, message, verdict, startedAt);
    try {
      await settle(world, message, verdict);
    } catch (error) {
      world.log.warn("job.not_settled", { verdict: verdict.do, error: String(error) });
      message.retry({ delaySeconds: backoffS(message.attempts) });
    }
  }
}

/** Acknowledges only what is done, sent again, or kept for the operator. */
async function settle(world: World, message: Message, verdict: Verdict): Promise<void> {
  if (verdict.do === "retry") return message.retry({ delaySeconds: verdict.inS });
  if (verdict.do === "again") {
    await world.env.SYNC.send(message.body as SyncMessage, { delaySeconds: verdict.inS });
  }
  if (verdict.do === "set_aside") await setAsideJob(world, message, verdict.reason);
  message.ack();
}

type AnyJob = (world: World, message: SyncMessage, attempts: number) => Promise<Verdict>;

/** Own names only: `constructor` is no job. */
const jobOf = (job: SyncMessage | null): AnyJob | undefined =>
  job !== null && Object.hasOwn(syncJobs, job.kind) ? (syncJobs[job.kind] as AnyJob) : undefined;

async function runSyncJob(world: World, job: SyncMessage, attempts: number): Promise<Verdict> {
  const handle = jobOf(job);
  if (handle === undefined) return { do: "set_aside", reason: `no job of kind ${job?.kind}` };
  try {
    return await handle(world, job, attempts);
  } catch (error) {
    world.log.error("job.failed", { kind: job.kind, attempts, error: String(error) });
    return { do: "retry", inS: backoffS(attempts) };
  }
}
