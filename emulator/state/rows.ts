import type { Row } from "./types.ts";

/** Rows in the order of `seq`, found by id or walked from any rank. */
export class Rows<T extends Row> {
  #sorted: T[] = [];
  #byId = new Map<string, T>();
  #last = 0;

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  all(): readonly T[] {
    return this.#sorted;
  }

  /** The rank for the next new row: one that was never used in this list. */
  nextSeq(): number {
    return this.#last + 1;
  }

  add(row: T): T {
    if (row.seq <= this.#last) throw new Error(`rank ${row.seq} was used before`);
    this.#last = row.seq;
    this.#sorted.push(row);
    this.#byId.set(row.id, row);
    return row;
  }

  remove(id: string): T | undefined {
    const row = this.#byId.get(id);
    if (!row) return undefined;
    this.#byId.delete(id);
    this.#sorted.splice(this.indexAfter(row.seq - 1), 1);
    return row;
  }

  /** Index of the first row with a greater rank. */
  indexAfter(seq: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.seq ?? Number.POSITIVE_INFINITY) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Up to `count` visible rows of greater rank. */
  after(seq: number, count: number, isVisible: (row: T) => boolean): T[] {
    const found: T[] = [];
    for (let index = this.indexAfter(seq); index < this.#sorted.length && found.length < count; index++) {
      const row = this.#sorted[index];
      if (row && isVisible(row)) found.push(row);
    }
    return found;
  }

  /** The nearest visible row at or before a rank. */
  before(seq: number, isVisible: (row: T) => boolean): T | undefined {
    for (let index = this.indexAfter(seq) - 1; index >= 0; index--) {
      const row = this.#sorted[index];
      if (row && isVisible(row)) return row;
    }
    return undefined;
  }
}
