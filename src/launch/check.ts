/** What a check of the self-test found. `evidence` is plain text, and holds no secret and nobody's data. */
export interface CheckResult {
  /** The line of the checklist. */
  readonly id: string;
  readonly ok: boolean;
  readonly evidence: string;
  /** What to do where it is not ok. */
  readonly todo: string;
  /** Only a person can say; never green. */
  readonly person?: true;
}

export const passed = (id: string, evidence: string): CheckResult => ({ id, ok: true, evidence, todo: "" });
export const failed = (id: string, evidence: string, todo: string): CheckResult => ({
  id,
  ok: false,
  evidence,
  todo,
});
export const unsure = (id: string, evidence: string, todo: string): CheckResult => ({
  ...failed(id, evidence, todo),
  person: true,
});
