import type { Checked } from "../check-source.ts";

const RELOADING = "Reloading local server";
/** A Worker that refuses to start goes down with a page of noise within this time. */
const NOISE_MS = 2_000;

export interface Reloads {
  /** What the Worker printed. */
  hear(text: string): void;
  /** Whether the source was wrong at the last reload, once that is known. */
  wasWrong(): Promise<boolean>;
}

/**
 * Holds back what comes with a reload until the source is checked. Where it is wrong the check's lines say so, and what
 * wrangler and workerd make of it is dropped: they take it for a fault of their own.
 */
export function followReloads(options: {
  readonly check: () => Promise<Checked>;
  readonly print: (text: string) => void;
  readonly tell: (text: string) => void;
  readonly noiseMs?: number;
}): Reloads {
  const { check, print, tell, noiseMs = NOISE_MS } = options;
  const held: string[] = [];
  let judging: Promise<boolean> = Promise.resolve(false);
  let isHolding = false;
  let isAskedAgain = false;

  async function judge(): Promise<boolean> {
    let isWrong = false;
    isHolding = true;
    do {
      isAskedAgain = false;
      const checked = await check();
      isWrong = !checked.ok;
      if (!isWrong) continue;
      tell(checked.lines);
      await new Promise((resolve) => setTimeout(resolve, noiseMs));
      held.length = 0;
    } while (isAskedAgain);
    isHolding = false;
    for (const text of held.splice(0)) print(text);
    return isWrong;
  }

  return {
    hear(text) {
      if (text.includes(RELOADING)) {
        if (isHolding) isAskedAgain = true;
        else judging = judge();
      }
      if (isHolding) held.push(text);
      else print(text);
    },
    wasWrong: () => judging,
  };
}
