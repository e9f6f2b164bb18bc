import {
  type BudgetState,
  type CallEnd,
  earliest,
  giveBack,
  type Lease,
  type Limits,
  prune,
  take,
  waitMs,
} from "./budget.ts";
import type { Priority } from "./protocol.ts";

/** What the gate needs from outside. Times are epoch ms. */
export interface GateWorld {
  readonly now: () => number;
  readonly random: () => number;
  readonly load: () => BudgetState;
  readonly save: (budget: BudgetState) => void;
  readonly setTimer: (run: () => void, ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
}

export type Pass =
  | { readonly ok: true; readonly lease: Lease }
  | { readonly ok: false; readonly retryInS: number };

interface Waiting {
  readonly priority: Priority;
  readonly since: number;
  readonly settle: (pass: Pass) => void;
}

const ORDER: readonly Priority[] = ["interactive", "probe", "sync"];
/** Who would wait longer comes back later instead: a person after 3 s, work that is paced a little later. */
const MAX_WAIT_MS: Readonly<Record<Priority, number>> = { interactive: 3_000, probe: 4_000, sync: 4_000 };

/**
 * Lets the calls of one grant out within Revento's limits: at most 5 in flight, 30 in a minute, 500 in an hour, the
 * more urgent first. What was used is kept outside, so that it survives the instance.
 */
export class CallGate {
  readonly #world: GateWorld;
  readonly #limits: Limits;
  #budget: BudgetState;
  #waiting: readonly Waiting[] = [];
  #timer: unknown = null;

  constructor(world: GateWorld, limits: Limits) {
    this.#world = world;
    this.#limits = limits;
    this.#budget = world.load();
  }

  /** When the last call left; 0: never. */
  lastUsedAt(): number {
    return this.#budget.lastSentAt;
  }

  /** A place for one call, at once or within a few seconds; otherwise when to come back. */
  acquire(priority: Priority): Promise<Pass> {
    const now = this.#world.now();
    this.#budget = prune(this.#budget, now);
    const ahead = this.#waiting.filter((other) => ORDER.indexOf(other.priority) <= ORDER.indexOf(priority));
    const wait = waitMs(this.#budget, this.#limits, priority, now, ahead.length + 1);
    if (wait > MAX_WAIT_MS[priority]) return Promise.resolve({ ok: false, retryInS: Math.ceil(wait / 1000) });
    return new Promise((settle) => {
      this.#waiting = [...this.#waiting, { priority, since: now, settle }];
      this.#pump();
    });
  }

  /** Gives a place back with what the answer said. */
  release(lease: Lease, end: CallEnd): void {
    const now = this.#world.now();
    const random = this.#world.random();
    this.#budget = giveBack(prune(this.#budget, now), this.#limits, lease, end, now, random);
    this.#world.save(this.#budget);
    this.#pump();
  }

  /** Lets out whoever may leave now, sends away whoever has waited too long, and comes back for the others. */
  #pump(): void {
    this.#world.clearTimer(this.#timer);
    const now = this.#world.now();
    this.#budget = prune(this.#budget, now);
    const inOrder = ORDER.flatMap((priority) => this.#waiting.filter((one) => one.priority === priority));
    this.#waiting = inOrder.filter((one) => !this.#tryLeave(one, now) && !this.#sendAway(one, now));
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#timer = this.#world.setTimer(() => this.#pump(), this.#nextTurn(now));
  }

  #tryLeave(one: Waiting, now: number): boolean {
    if (earliest(this.#budget, this.#limits, one.priority, now) > now) return false;
    const { state, lease } = take(this.#budget, now);
    this.#budget = state;
    this.#world.save(state);
    one.settle({ ok: true, lease });
    return true;
  }

  #sendAway(one: Waiting, now: number): boolean {
    const wait = waitMs(this.#budget, this.#limits, one.priority, now, 1);
    const most = MAX_WAIT_MS[one.priority];
    const isTooLate = now - one.since >= most || now - one.since + wait > 2 * most;
    if (isTooLate) one.settle({ ok: false, retryInS: Math.max(1, Math.ceil(wait / 1000)) });
    return isTooLate;
  }

  /** Milliseconds until something can change: a turn, a lapsed lease, or somebody's patience. */
  #nextTurn(now: number): number {
    const turns = this.#waiting.flatMap((one) => [
      earliest(this.#budget, this.#limits, one.priority, now),
      one.since + MAX_WAIT_MS[one.priority],
    ]);
    const lapses = this.#budget.leases.map(({ until }) => until);
    return Math.max(1, Math.min(...turns, ...lapses) - now);
  }
}
