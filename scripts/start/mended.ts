import type { Checked } from "../check-source.ts";
import { watchSource } from "./source-changes.ts";

const WAITING = `  The emulator goes on, with everything it knows. Mend it and save: the integration starts again by itself.
  Ctrl-C ends both.
`;

/**
 * Waits until a Worker that ended by itself can start again.
 * @param folder in which a change of a file may mend it
 * @param isKnown whether the check's lines were said already
 */
export async function waitUntilMended(options: {
  readonly folder: string;
  readonly isKnown: boolean;
  readonly check: () => Promise<Checked>;
  readonly tell: (text: string) => void;
}): Promise<void> {
  const { folder, isKnown, check, tell } = options;
  const changes = watchSource(folder);
  let checked = await check();
  let isMended = isKnown && checked.ok;
  if (!isMended) {
    if (!checked.ok && !isKnown) tell(checked.lines);
    tell(WAITING);
  }
  while (!isMended) {
    await changes.next();
    checked = await check();
    isMended = checked.ok;
    if (!isMended) tell(checked.lines);
  }
  changes.close();
}
