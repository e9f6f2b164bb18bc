/** The steps of a rotation and of an installation, in their order: what a crash can fall between. */
export const STEPS = [
  "intent_writing",
  "intent_written",
  "exchange_answered",
  "pair_sealed",
  "copy_written",
  "pair_stored",
  "pair_settled",
] as const;

export type Step = (typeof STEPS)[number];

/** Is told of every step, and waited for: tests crash an object here. Nothing else uses it. */
export type StepObserver = (step: Step) => void | Promise<void>;
