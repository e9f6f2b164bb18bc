/** Seeded randomness: the same seed gives the same ids, data and faults in every run. */

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** Spreads a text over 32 bits (FNV-1a with a final avalanche). */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A small generator (mulberry32) with the few draws that the emulator needs. */
export class Random {
  #state: number;

  constructor(seed: string | number) {
    this.#state = hash32(String(seed));
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number in [0, limit). */
  int(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.int(values.length)] ?? values[0];
  }

  chars(length: number): string {
    let text = "";
    while (text.length < length) text += ALPHABET[this.int(ALPHABET.length)];
    return text;
  }

  /** A UUID of version 4. */
  uuid(): string {
    const hex = Array.from({ length: 32 }, () => this.int(16).toString(16));
    hex[12] = "4";
    hex[16] = (8 + this.int(4)).toString(16);
    const text = hex.join("");
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
      "-",
    );
  }
}

/** An identifier that depends only on the seed and on what it names, not on the order of creation. */
export function idFor(seed: number, prefix: string, label: string): string {
  return `${prefix}_${new Random(`${seed}/${prefix}/${label}`).chars(10)}`;
}
