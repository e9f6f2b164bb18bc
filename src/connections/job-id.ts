/**
 * Ids of jobs name their connection, so that a trace finds them by the key of `jobs`: an index by id would cost one more
 * written row a job.
 */
export const jobIdOf = (connectionId: string, rest: string): string => `job:${connectionId}:${rest}`;

/** The connection that a job's id names; null where the id is no job's. */
export const connectionOfJob = (jobId: string): string | null => /^job:([^:]+):/.exec(jobId)?.[1] ?? null;
