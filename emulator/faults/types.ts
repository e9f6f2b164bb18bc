/** Where a fault strikes: an answer of the API or of the token endpoint, or a delivery. */
export type Target = "answer" | "delivery";

/**
 * When in a delivery's life: `body` while it is written, `placement` while it is queued, `attempt` in each try.
 * When in an answer's life: `before` or `after` the work, or while a `page` is cut out.
 */
export type Stage = "body" | "placement" | "attempt" | "before" | "after" | "page";

export interface FaultMatch {
  /** For answers: a name (`token`, `refresh`, `participants`, `api`, …) or a path with `*`. */
  endpoint?: string;
  method?: string;
  event_id?: string;
  /** For deliveries: an event type with `*`. */
  type?: string;
  /** For deliveries: only this try. */
  attempt?: number;
}

export interface FaultRequest {
  kind: string;
  match?: FaultMatch;
  /** How often it strikes; null: until it is removed. */
  count?: number | null;
  /** How many matches pass unharmed first. */
  skip?: number;
  /** Of the matches that are left, how many are struck: 0 to 1. */
  probability?: number;
  params?: Record<string, unknown>;
}

export interface Fault {
  id: string;
  kind: string;
  target: Target;
  stage: Stage;
  match: FaultMatch;
  count: number | null;
  skip: number;
  probability: number;
  params: Record<string, unknown>;
  seen: number;
  struck: number;
}
