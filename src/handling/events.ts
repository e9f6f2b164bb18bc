import type {
  ReventoActivity,
  ReventoEvent,
  ReventoLocation,
  ReventoParticipant,
  ReventoThread,
} from "../revento/index.ts";

/**
 * What each event type carries in `data` (contract, section 5). Names beyond the contract's are kept as they came, so
 * every snapshot may hold more; what the contract leaves open may be absent.
 */
interface Snapshot {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Enum values that Revento adds later are no error. */
type Open<Known extends string> = Known | (string & {});

export interface ApplicationSnapshot extends Snapshot {
  readonly participant_id: string;
  readonly user_id: string;
  readonly status: Open<"pending" | "approved" | "rejected" | "revision_requested">;
  readonly submitted_at?: string | null;
  readonly approved_at?: string | null;
  readonly rejected_at?: string | null;
  readonly approver_id?: string | null;
  readonly custom_form_fields?: Readonly<Record<string, unknown>>;
}

/** Types of Revento with their data, and the hooks of ours. */
export interface EventData {
  readonly "application.submitted": ApplicationSnapshot;
  readonly "application.approved": ApplicationSnapshot;
  readonly "application.rejected": ApplicationSnapshot;
  readonly "application.revision_requested": ApplicationSnapshot;
  readonly "participant.registered": ReventoParticipant;
  readonly "participant.profile_updated": ReventoParticipant;
  readonly "activity.updated": ReventoActivity;
  readonly "activity.capacity_state_changed": ReventoActivity;
  readonly "thread.created": ReventoThread;
  readonly "thread.updated": ReventoThread;
  readonly "thread.deleted": ReventoThread;
  readonly "location.created": ReventoLocation;
  readonly "location.updated": ReventoLocation;
  readonly "location.deleted": ReventoLocation;
  readonly "event.published": ReventoEvent;
  readonly "event.unpublished": ReventoEvent;
  readonly "event.updated": ReventoEvent;
  readonly "data.deletion_required": { readonly reason?: string };
  readonly "user.revoked_access": { readonly user_id?: string };
  /** Hooks: what happens to the connection on our side. */
  readonly connected: Readonly<Record<string, never>>;
  readonly reconnected: Readonly<Record<string, never>>;
  readonly ended: { readonly reason?: string };
  readonly erasing: { readonly reason?: string };
  /** Found by reconcile: Revento has no event for it. */
  readonly "participant.cancelled": { readonly id: string; readonly user_id?: string | null };
  readonly "signed-in": { readonly user_id: string };
}

export type EventType = keyof EventData;
type Family<Type extends string> = Type extends `${infer Name}.${string}` ? Name : never;
export type Pattern = EventType | `${Family<EventType>}.*`;
/** `activity.*` → the union of the types it covers. */
export type TypesOf<P extends Pattern> = P extends `${infer Name}.*`
  ? Extract<EventType, `${Name}.${string}`>
  : Extract<P, EventType>;

/** What a handler receives. */
export type HandlerEvent<Type extends EventType = EventType> = {
  readonly [T in Type]: {
    /** The same at every attempt. */
    readonly id: string;
    readonly type: T;
    readonly occurredAt: Date;
    readonly data: EventData[T];
    /** A newer snapshot of the same thing had come before this one: the mirror shows the newer. */
    readonly isStale: boolean;
  };
}[Type];
