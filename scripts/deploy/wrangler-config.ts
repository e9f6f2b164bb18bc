import { unstable_readConfig } from "wrangler";
import * as z from "zod/mini";

const queueName = z.object({ queue: z.string() });
const shape = z.looseObject({
  name: z.string(),
  vars: z.record(z.string(), z.string()),
  d1_databases: z.array(z.looseObject({ database_name: z.string(), database_id: z.string() })),
  durable_objects: z.looseObject({ bindings: z.array(z.looseObject({ name: z.string() })) }),
  queues: z.looseObject({
    producers: z.array(z.looseObject(queueName.shape)),
    consumers: z.array(z.looseObject({ ...queueName.shape, dead_letter_queue: z.optional(z.string()) })),
  }),
});

/** A `wrangler.toml` as wrangler itself reads it, for one environment or for the top level. */
export function readWranglerConfig(file: string, environment?: string): z.infer<typeof shape> {
  const options = { config: file, ...(environment === undefined ? {} : { env: environment }) };
  return z.parse(shape, unstable_readConfig(options));
}
