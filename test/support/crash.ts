import { abortAllDurableObjects } from "cloudflare:test";
import type { CallResult } from "../../src/grants/client.ts";
import type { GrantIdentity } from "../../src/grants/identity.ts";
import type { Step } from "../../src/grants/steps.ts";
import { until, withCustody } from "./grants.ts";
import { passTime } from "./time.ts";

const never = new Promise<never>(() => undefined);

/**
 * Makes the object stop at a step, for ever, and crashes it there from outside while a call is under way. What the
 * object was asked is asked again by its caller. (From inside, workerd itself would crash.)
 */
export async function crashAt(
  identity: GrantIdentity,
  step: Step,
  call: () => Promise<CallResult<unknown>>,
): Promise<void> {
  let isReached = false;
  await withCustody(identity, (custody) => {
    custody.steps = (reached) => {
      if (reached !== step) return undefined;
      isReached = true;
      return never;
    };
  });
  const calling = call();
  await until(() => isReached);
  await abortAllDurableObjects();
  await calling;
}

/** Calls, and comes back as long as it is told to. */
export async function callUntilSettled<T>(call: () => Promise<CallResult<T>>): Promise<CallResult<T>> {
  for (let round = 0; round < 10; round++) {
    const result = await call();
    if (result.ok || result.failure.kind !== "throttled") return result;
    passTime(result.failure.retryInS * 1000);
  }
  throw new Error("told to come back for ever");
}
