/** What a bounded wait throws when its time is over. The work itself may still be going on. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

/**
 * Waits for `work` for at most `ms` milliseconds, then throws `TimedOut`. A late failure of the work is swallowed:
 * nobody waits for it any more.
 */
export async function bounded<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  work.catch(() => undefined);
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(`${what} took over ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
