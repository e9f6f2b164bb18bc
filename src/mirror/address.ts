/** What a walk visits, in this order: the event's name first, then the people, then the program. */
export const RESOURCES = [
  "event",
  "participants",
  "activities",
  "threads",
  "locations",
  "registration_waves",
  "program",
] as const;
export type Resource = (typeof RESOURCES)[number];

/** The scope that unlocks a resource (contract section 3). */
export const scopeOfResource = (resource: Resource): string =>
  resource === "event" || resource === "participants" ? `${resource}.read` : "program.read";

/** Where a row belongs, and the time of the snapshot: what the gates compare. Short names, because it travels. */
export interface Address {
  /** Surrogate connection id. */
  readonly c: string;
  /** Event id. */
  readonly e: string;
  /** Organization id. */
  readonly o: string;
  /** Generation, for rows of a run. */
  readonly g?: number;
  readonly res: Resource;
  readonly id: string;
  /** `occurred_at` of a webhook, rank of a page: Revento's clock, epoch ms. */
  readonly at: number;
}
