/** Why a connection ended, in the words of `data.deletion_required`. */
export type EndReason =
  | "organizer_revoked"
  | "event_archived"
  | "formal_status_lost"
  | "unpublished"
  | "suspended";

/** What Revento knows of one event that an organizer has connected. */
export interface Connection {
  event_id: string;
  organization_id: string;
  status: "active" | "suspended" | "ended";
  reason: EndReason | null;
  connected_by: string;
  connected_at: string;
  ended_at: string | null;
  granted_scopes: string[];
  /** The installation scopes of the manifest that this consent has seen. */
  consented_manifest: string[];
}

export class Connections {
  #byEvent = new Map<string, Connection>();

  get(eventId: string): Connection | undefined {
    return this.#byEvent.get(eventId);
  }

  isActive(eventId: string): boolean {
    return this.#byEvent.get(eventId)?.status === "active";
  }

  all(): Connection[] {
    return [...this.#byEvent.values()];
  }

  open(connection: Connection): void {
    this.#byEvent.set(connection.event_id, connection);
  }

  clear(): void {
    this.#byEvent.clear();
  }
}
