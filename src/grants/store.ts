import { type BudgetState, FULL_BUDGET } from "./budget.ts";
import { EMPTY, type GrantState } from "./state.ts";

/** What the grant needs of a Durable Object's storage: a test gives one that fails. */
export type ObjectStorage = Pick<
  DurableObjectStorage,
  "kv" | "sync" | "setAlarm" | "getAlarm" | "deleteAlarm" | "deleteAll"
>;

/** The object's storage: two values and an alarm. */
export class GrantStore {
  readonly #storage: ObjectStorage;
  #alarmAt: number | null | undefined;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  /** What an earlier version stored lacks the fields that came later. */
  readState(): GrantState {
    return { ...EMPTY, ...this.#storage.kv.get<Partial<GrantState>>("grant") };
  }

  /** Puts the state at once, in the order of the calls; settles when it is durable. */
  async writeState(state: GrantState): Promise<void> {
    this.#storage.kv.put("grant", state);
    await this.#storage.sync();
  }

  readBudget(): BudgetState {
    return this.#storage.kv.get<BudgetState>("budget") ?? FULL_BUDGET;
  }

  /** The output gate holds every request back until this is durable. */
  writeBudget(budget: BudgetState): void {
    this.#storage.kv.put("budget", budget);
  }

  async wipe(): Promise<void> {
    this.#alarmAt = null;
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }

  /** Sets the alarm where that changes anything by more than a second: each time costs a row written. */
  async setAlarm(at: number | null): Promise<void> {
    this.#alarmAt ??= await this.#storage.getAlarm();
    const known = this.#alarmAt;
    if (at === null) {
      if (known !== null) await this.#storage.deleteAlarm();
    } else if (known === null || Math.abs(known - at) > 1_000) await this.#storage.setAlarm(at);
    else return;
    this.#alarmAt = at;
  }

  /** Whoever runs the alarm says so: the platform has taken it away. */
  alarmRan(): void {
    this.#alarmAt = null;
  }
}
