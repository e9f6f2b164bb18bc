import { type Failure, toHttp } from "../failure.ts";

/** What a handler's client throws where Revento did not give a value. Handlers may catch it and look at `failure`. */
export class ReventoFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(toHttp(failure).message);
    this.name = "ReventoFailure";
    this.failure = failure;
  }
}

/**
 * Throw it to be tried again after a pause of your own choice, a day at most, for example a `Retry-After` of your service
 * (`retryAfterS`).
 */
export class RetryLater extends Error {
  readonly inS: number;
  constructor(inS: number, message = `try again in ${inS} s`) {
    super(message);
    this.name = "RetryLater";
    this.inS = inS;
  }
}

/** Throw it where trying again can never help: the event is set aside for the operator at once. */
export class GiveUp extends Error {
  override readonly name = "GiveUp";
}

export class TimeLimitExceeded extends Error {
  override readonly name = "TimeLimitExceeded";
}
