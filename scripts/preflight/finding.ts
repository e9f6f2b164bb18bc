import type { Target } from "./target.ts";

/** What trying a line came to. `todo` says what to do where it is not ok. */
export interface Finding {
  readonly ok: boolean;
  readonly evidence: string;
  readonly todo: string;
  /** It depends on something that only a person can see; never green. */
  readonly person?: true;
}

export type Try = (target: Target) => Promise<Finding>;

export const proven = (evidence: string): Finding => ({ ok: true, evidence, todo: "" });
export const broken = (evidence: string, todo: string): Finding => ({ ok: false, evidence, todo });
export const askPerson = (evidence: string, todo: string): Finding => ({
  ok: false,
  evidence,
  todo,
  person: true,
});

/** One expectation of a line: what was tried, and what is wrong, or null. */
export interface Expectation {
  readonly what: string;
  readonly problem: string | null;
}

/** Green only where every expectation holds. */
export function judge(expectations: readonly Expectation[], todo: string): Finding {
  const problems = expectations.filter(({ problem }) => problem !== null);
  if (expectations.length === 0) return broken("nothing was tried", todo);
  return problems.length === 0
    ? proven(expectations.map(({ what }) => what).join("; "))
    : broken(problems.map(({ what, problem }) => `${what}: ${problem}`).join("; "), todo);
}

export const expectStatus = (what: string, seen: number, wanted: number): Expectation => ({
  what: `${what} → ${wanted}`,
  problem: seen === wanted ? null : `answered ${seen}`,
});
