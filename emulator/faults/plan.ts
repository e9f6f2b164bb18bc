import { Random } from "../random.ts";
import { FAULT_KINDS } from "./kinds.ts";
import { type AnswerSubject, type DeliverySubject, matchesAnswer, matchesDelivery } from "./match.ts";
import { readFault } from "./read.ts";
import type { Fault, FaultRequest, Stage, Target } from "./types.ts";

interface Planned {
  fault: Fault;
  random: Random;
}

/** The faults that are switched on. Which call is struck depends on the seed and on the order of calls alone. */
export class FaultPlan {
  #seed: number;
  #planned: Planned[] = [];
  #added = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Adds a fault; throws a `FaultError` that says what is wrong with it. */
  add(request: FaultRequest): Fault {
    const fault = readFault(request, `flt_${++this.#added}`);
    this.#planned.push({ fault, random: new Random(`${this.#seed}/fault/${this.#added}/${fault.kind}`) });
    return fault;
  }

  list(): Fault[] {
    return this.#planned.map(({ fault }) => fault);
  }

  remove(id: string): boolean {
    const before = this.#planned.length;
    this.#planned = this.#planned.filter(({ fault }) => fault.id !== id);
    return this.#planned.length < before;
  }

  /** Removes all, and counts from one again, so that a run can be repeated. */
  clear(): void {
    this.#planned = [];
    this.#added = 0;
  }

  /** The faults that strike this delivery at this stage. */
  forDelivery(subject: DeliverySubject, attempt: number, stage: Stage): Fault[] {
    return this.#strike(
      "delivery",
      (fault) => fault.stage === stage && matchesDelivery(fault.match, subject, attempt),
    );
  }

  /** The faults that strike this call. */
  forAnswer(subject: AnswerSubject): Fault[] {
    return this.#strike("answer", (fault) => matchesAnswer(fault.match, subject));
  }

  #strike(target: Target, matches: (fault: Fault) => boolean): Fault[] {
    const struck: Fault[] = [];
    for (const { fault, random } of this.#planned) {
      if (fault.target !== target || !matches(fault)) continue;
      if (fault.count !== null && fault.struck >= fault.count) continue;
      fault.seen++;
      if (fault.seen <= fault.skip || random.next() >= fault.probability) continue;
      fault.struck++;
      struck.push(fault);
    }
    return struck;
  }
}

export const faultKinds = (): string[] => Object.keys(FAULT_KINDS);
