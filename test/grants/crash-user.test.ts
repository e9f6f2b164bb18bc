import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ofUser } from "../../src/grants/identity.ts";
import { endUserGrant, reventoAsUser } from "../../src/grants/index.ts";
import { STEPS } from "../../src/grants/steps.ts";
import { callUntilSettled, crashAt } from "../support/crash.ts";
import { startEmulator } from "../support/emulator.ts";
import { consent, signIn, testWorld, withCustody } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

const HOUR_MS = 3_600_000;

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

const steps = STEPS.filter((step) => step !== "copy_written");

test.each(steps)(
  "a crash at %s of a person's grant: it works, or the person signs in again",
  async (step) => {
    const emulator = startEmulator();
    await consent(emulator);
    const user = await signIn(emulator);
    passTime(HOUR_MS);
    const call = () => reventoAsUser(testWorld(), user).profile();
    await crashAt(ofUser(user), step, call);
    const result = await callUntilSettled(call);
    const isLost = step === "exchange_answered" || step === "pair_sealed";
    if (isLost) expect(result).toMatchObject({ ok: false, failure: { status: "signed_out" } });
    else expect(result).toMatchObject({ ok: true });
  },
);

test.each(["exchange_answered", "pair_sealed"] as const)(
  "an end at %s of a refresh leaves no token of the person behind",
  async (step) => {
    const emulator = startEmulator();
    await consent(emulator);
    const user = await signIn(emulator);
    passTime(HOUR_MS);
    await withCustody(ofUser(user), (custody) => {
      custody.steps = async (reached) => {
        if (reached === step) await endUserGrant(testWorld(), user);
      };
    });
    const result = await reventoAsUser(testWorld(), user).profile();
    expect(result).toMatchObject({ ok: false, failure: { status: "signed_out" } });
    await withCustody(ofUser(user), async (custody) => {
      expect(custody.state.held).toBeNull();
      expect(custody.store.readState().held).toBeNull();
    });
  },
);
