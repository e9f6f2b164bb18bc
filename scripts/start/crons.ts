import { isDue } from "../cron-clock.ts";

/** Fires a cron once, as Cloudflare would. */
async function fire(workerUrl: string, cron: string): Promise<void> {
  const url = `${workerUrl}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  const answer = await response.text();
  if (!response.ok) console.log(`[cron] ${cron}: ${response.status} ${answer}`);
}

/** Fires the crons at their times, for as long as `isRunning` says that there is a Worker. */
export function startCrons(crons: readonly string[], workerUrl: string, isRunning: () => boolean): void {
  let lastMinute = Math.floor(Date.now() / 60_000);
  setInterval(() => {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute === lastMinute || !isRunning()) return;
    lastMinute = minute;
    const now = new Date(minute * 60_000);
    for (const cron of crons.filter((expression) => isDue(expression, now))) {
      fire(workerUrl, cron).catch((error: unknown) => console.log(`[cron] ${cron}: ${String(error)}`));
    }
  }, 1_000);
}
