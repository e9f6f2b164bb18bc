/** One try to deliver. */
export interface Attempt {
  number: number;
  at: string;
  request: { url: string; headers: Record<string, string> };
  answer: { status: number; headers: Record<string, string>; body: string } | null;
  error: string | null;
  duration_ms: number;
  faults: string[];
}

export type DeliveryStatus = "pending" | "held" | "sending" | "retrying" | "delivered" | "dead" | "lost";

export interface Delivery {
  /** `X-Revento-Delivery-Id`. */
  id: string;
  /** The body's `id`. */
  body_id: string;
  type: string;
  event_id: string | null;
  organization_id: string | null;
  occurred_at: string;
  status: DeliveryStatus;
  /** When the next try is due, in the emulator's time. */
  due_at: number | null;
  /** What goes over the wire, byte for byte, in every try. */
  body: string;
  /** `X-Revento-Event`: the type, unless a fault says otherwise. */
  event_header: string;
  request_id: string;
  /** The timestamp of the first try, for servers that sign retries with it. */
  first_timestamp: number | null;
  attempts: Attempt[];
  faults: string[];
  /** The number of tries before the retry curve began: grows when it is replayed. */
  curve_from: number;
  /** How often it will be sent again although it arrived: a fault. */
  repeats: number;
  /** Takes the planned try back. */
  unplan: (() => void) | null;
}

const FINISHED: readonly DeliveryStatus[] = ["delivered", "dead", "lost"];

/** Every delivery with its tries, oldest first. */
export class DeliveryLog {
  /** Those that wait for others to go first. */
  readonly held = new Map<Delivery, { left: number; letGo: () => void }>();
  #byId = new Map<string, Delivery>();

  add(delivery: Delivery, limit: number): void {
    this.#byId.set(delivery.id, delivery);
    if (this.#byId.size > limit) this.#dropOldestFinished(this.#byId.size - limit);
  }

  get(id: string): Delivery | undefined {
    return this.#byId.get(id);
  }

  all(): Delivery[] {
    return [...this.#byId.values()];
  }

  clear(): void {
    this.#byId.clear();
    this.held.clear();
  }

  #dropOldestFinished(count: number): void {
    let left = count;
    for (const [id, delivery] of this.#byId) {
      if (left === 0) return;
      if (!FINISHED.includes(delivery.status)) continue;
      this.#byId.delete(id);
      left--;
    }
  }
}
