/** Whether a cron expression is due at a UTC minute. Minute and hour may be `*`, a step or a number; the rest must be `*`. */
export function isDue(cron: string, at: Date): boolean {
  const [minute = "*", hour = "*", ...rest] = cron.trim().split(/\s+/);
  if (rest.some((field) => field !== "*"))
    throw new Error(`cron ${cron}: only minute and hour are supported locally`);
  return matches(minute, at.getUTCMinutes()) && matches(hour, at.getUTCHours());
}

function matches(field: string, value: number): boolean {
  if (field === "*") return true;
  const step = /^\*\/(\d+)$/.exec(field)?.[1];
  return step === undefined ? Number(field) === value : value % Number(step) === 0;
}

/** The cron expressions of a `wrangler.toml`. */
export function cronsOf(wranglerToml: string): readonly string[] {
  const list = /^crons\s*=\s*\[([\s\S]*?)\]/m.exec(wranglerToml)?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map(([, cron = ""]) => cron);
}
