import { watch } from "node:fs";

/** An editor writes a file in several steps. */
const SETTLE_MS = 200;

export interface SourceChanges {
  /** Resolves at the next change, or at once where there was one since it was last asked. */
  next(): Promise<void>;
  close(): void;
}

export function watchSource(folder: string): SourceChanges {
  let isChanged = false;
  let wake = (): void => undefined;
  const watcher = watch(folder, { recursive: true }, () => {
    isChanged = true;
    wake();
  });
  return {
    async next() {
      if (!isChanged) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      isChanged = false;
    },
    close: () => watcher.close(),
  };
}
