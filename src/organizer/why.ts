import type { Connection } from "../connections/index.ts";
import type { Translate } from "../ui/index.ts";

/** Which of the endings it was, in the organizer's words. */
export function whyOf(t: Translate, { status, reason }: Connection): string {
  if (status === "active") return t("reason.none");
  return reason === null ? t("reason.unknown") : t(`reason.${reason}`);
}
