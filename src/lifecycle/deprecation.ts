import type { Manifest } from "../manifest-shape.ts";

export interface Deprecation {
  /** ISO date after which the integration is unpublished. */
  readonly endsOn: string;
}

/** The announced end of the integration, or null: new connections stop, existing ones work on and show the date. */
export const deprecationOf = (manifest: Pick<Manifest, "deprecation">): Deprecation | null =>
  manifest.deprecation;
