import type { World } from "../../world.ts";
import { removeLetter } from "./remove.ts";

/** Throws a message away for good. @returns false where there is none of this id. */
export const discardDeadLetter = (world: World, id: string, actor: string): Promise<boolean> =>
  removeLetter(world, id, { actor, action: "dead_letter.discarded" });
