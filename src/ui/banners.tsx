import type { FC } from "hono/jsx";
import type { Manifest } from "../manifest-shape.ts";
import { Banner } from "./components.tsx";
import type { Words } from "./words.ts";

/** Said on every organizer's page while the integration is being retired (seed `000`). */
export const DeprecationBanner: FC<{ words: Words; manifest: Manifest }> = ({ words, manifest }) => {
  const { deprecation, name } = manifest;
  if (deprecation === null) return null;
  const date = words.date(Date.parse(deprecation.endsOn));
  return <Banner tone="warn">{words.t("deprecated.banner", { name, date })}</Banner>;
};

/** Suspended by Revento: what that means, and whom to ask (seed `000`, "Suspension behavior"). */
export const SuspendedBanner: FC<{ words: Words; manifest: Manifest }> = ({ words, manifest }) => (
  <Banner tone="bad">
    <span>{words.t("suspended.banner", { name: manifest.name })}</span>
    <a href={`mailto:${manifest.contact.email}`}>{words.t("contact.action")}</a>
  </Banner>
);
