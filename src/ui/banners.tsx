import type { FC } from "hono/jsx";
import type { Manifest } from "../manifest-shape.ts";
import { Banner } from "./components.tsx";
import { type Words, wordsInZone } from "./words.ts";

/** A day that the manifest names is the same for everybody, wherever they read it. */
export const calendarDay = (words: Words, isoDate: string): string =>
  wordsInZone(words, "UTC").date(Date.parse(isoDate));

/** Said to organizers and participants on every page of theirs while the integration is being retired (seed `000`). */
export const DeprecationBanner: FC<{ words: Words; manifest: Manifest }> = ({ words, manifest }) => {
  const { deprecation, name } = manifest;
  if (deprecation === null) return null;
  const date = calendarDay(words, deprecation.endsOn);
  return <Banner tone="warn">{words.t("deprecated.banner", { name, date })}</Banner>;
};

/**
 * Suspended by Revento, or probably so: what that means, and whom to ask (seed `000`, "Suspension behavior"). The webhook
 * that tells of a suspension may never arrive; then a burst of dead tokens is all there is.
 */
export const SuspendedBanner: FC<{
  words: Words;
  manifest: Manifest;
  isSuspended: boolean;
  isSuspected: boolean;
}> = ({ words, manifest, isSuspended, isSuspected }) => {
  if (!isSuspended && !isSuspected) return null;
  return (
    <Banner tone={isSuspended ? "bad" : "warn"}>
      <span>{words.t(isSuspended ? "suspended.banner" : "suspected.banner", { name: manifest.name })}</span>
      <a href={`mailto:${manifest.contact.email}`}>{words.t("contact.action")}</a>
    </Banner>
  );
};
