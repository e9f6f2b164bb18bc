export interface Pace {
  readonly rowsPerMinute: number;
  /** Null where nobody knows how many rows there are, or when nothing has come yet. */
  readonly secondsLeft: number | null;
}

/** A walk takes longer than this before its pace says anything. */
const SETTLED_AFTER_MS = 1_000;

/**
 * How fast a walk goes and how long it will take.
 * @param expectedRows rows of the last complete walk; null where there was none
 * @param elapsedMs since the walk began
 * @returns null while it is too early to tell
 */
export function paceOf(rows: number, expectedRows: number | null, elapsedMs: number): Pace | null {
  if (elapsedMs < SETTLED_AFTER_MS) return null;
  const perMs = rows / elapsedMs;
  const left = expectedRows === null || rows === 0 ? null : Math.max(0, expectedRows - rows) / perMs;
  return {
    rowsPerMinute: Math.round(perMs * 60_000),
    secondsLeft: left === null ? null : Math.ceil(left / 1_000),
  };
}
