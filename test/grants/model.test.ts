import { abortAllDurableObjects } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { ofConnection } from "../../src/grants/identity.ts";
import { revento } from "../../src/grants/index.ts";
import { refresh } from "../../src/grants/refresh.ts";
import { STEPS, type Step } from "../../src/grants/steps.ts";
import { callUntilSettled, crashAt } from "../support/crash.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { connectGrant, testWorld, withCustody } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

beforeEach(() => {
  startTime();
  // Room for clocks that go back: alarms must not lie in the real past.
  passTime(3 * DAY_MS);
});
afterEach(() => {
  vi.useRealTimers();
});

type Command =
  | { readonly do: "call" | "expire" | "refresh" | "reconnect" | "suspend" | "revoke" | "abort" }
  | { readonly do: "crash"; readonly step: Step }
  | { readonly do: "jump"; readonly ms: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Command>({ do: "call" }) },
  { weight: 3, arbitrary: fc.constant<Command>({ do: "expire" }) },
  { weight: 2, arbitrary: fc.constant<Command>({ do: "refresh" }) },
  { weight: 2, arbitrary: fc.constant<Command>({ do: "reconnect" }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: "suspend" }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: "revoke" }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: "abort" }) },
  { weight: 3, arbitrary: fc.constantFrom(...STEPS).map((step): Command => ({ do: "crash", step })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }).map((ms): Command => ({ do: "jump", ms })),
  },
);

const FINAL = ["token_revoked", "invalid_grant", "lost_rotation"];

/** What is true at Revento, and what may have been lost on the way. */
class Run {
  readonly emulator: TestEmulator;
  readonly isStrict: boolean;
  /** Our clock minus Revento's. */
  skew = 0;
  opened: Awaited<ReturnType<typeof connectGrant>> | null = null;
  lives = 0;
  /** Whether Revento still honours the grant that we were given last. */
  isAlive = false;
  /** Whether a strict server's answer was lost: the next refresh tells. */
  isLost = false;

  constructor(isStrict: boolean) {
    this.isStrict = isStrict;
    this.emulator = startEmulator({ now: () => Date.now() - this.skew });
    this.emulator.settings.refresh_mode = isStrict ? "strict" : "grace-until-used";
  }

  get life() {
    if (this.opened === null) throw new Error("not connected yet");
    return this.opened;
  }

  call = () => revento(testWorld(), this.life, "interactive").event();

  async reconnect(): Promise<void> {
    if (this.emulator.state.integration.status === "suspended") this.emulator.actions.unsuspend();
    const before = this.opened;
    this.opened = await connectGrant(this.emulator);
    this.lives += 1;
    expect(this.opened.generation).toBe(this.lives);
    if (before !== null) expect(this.opened.connectionId).toBe(before.connectionId);
    this.isAlive = true;
    this.isLost = false;
  }

  /** One call may be put off, but never served by a dead grant, nor refused by a healthy one. */
  async check(result: Awaited<ReturnType<typeof this.call>>): Promise<void> {
    if (result.ok) {
      expect(this.isAlive).toBe(true);
      return;
    }
    const { failure } = result;
    if (failure.kind === "throttled") return;
    if (failure.kind !== "not_connected") throw new Error(`unexpected: ${JSON.stringify(failure)}`);
    expect(this.isAlive && !this.isLost, `a healthy grant was ended: ${failure.reason}`).toBe(false);
    expect(FINAL).toContain(failure.reason);
    if (this.isAlive) expect(failure.reason).toBe("lost_rotation");
    const connection = await findConnection(testWorld(), this.life);
    expect(connection?.status).toBe(failure.status);
    expect(connection?.reason).toBe(failure.reason);
    // A strict server that saw the lost token again has revoked the family.
    this.isAlive = false;
  }

  async settle(): Promise<void> {
    await this.check(await callUntilSettled(this.call));
  }

  async run(command: Command): Promise<void> {
    switch (command.do) {
      case "call":
        return this.check(await this.call());
      case "expire":
        return passTime(HOUR_MS);
      case "refresh":
        await withCustody(this.life, (custody) => refresh(custody));
        return;
      case "reconnect":
        return this.reconnect();
      case "suspend":
        if (this.emulator.state.integration.status !== "suspended") this.emulator.actions.suspend();
        this.isAlive = false;
        return;
      case "revoke":
        if (this.emulator.state.connections.isActive(this.life.eventId)) {
          this.emulator.actions.disconnect(this.life.eventId);
        }
        this.isAlive = false;
        return;
      case "abort":
        return abortAllDurableObjects();
      case "jump":
        this.skew += command.ms;
        return passTime(command.ms);
      case "crash":
        return this.crash(command.step);
    }
  }

  /** Only where a refresh is sure to come by the step: with a healthy grant and no earlier answer lost. */
  async crash(step: Step): Promise<void> {
    await this.settle();
    if (!this.isAlive || this.isLost) return;
    passTime(2 * HOUR_MS);
    await crashAt(ofConnection(this.life), step, this.call);
    this.isLost = this.isStrict && (step === "exchange_answered" || step === "pair_sealed");
  }

  /** At the end, whoever should work does, and consent makes everything work. */
  async finish(): Promise<void> {
    const before = this.isAlive && !this.isLost;
    const result = await callUntilSettled(this.call);
    await this.check(result);
    if (before) expect(result).toMatchObject({ ok: true });
    await this.reconnect();
    expect(await callUntilSettled(this.call)).toMatchObject({ ok: true });
  }
}

const isSoak = inject("soak");

/** Found by longer runs. */
const examples: [Command[], boolean][] = [
  // By our clock the dead token was still fresh, so that nothing settled the open intent.
  [
    [
      { do: "crash", step: "pair_sealed" },
      { do: "jump", ms: -1_747_070 },
      { do: "revoke" },
      { do: "call" },
      { do: "jump", ms: -2_856_629 },
      { do: "call" },
      { do: "refresh" },
    ],
    true,
  ],
];

test("whatever happens, a healthy grant works, a dead one is never used, and consent heals", {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 3, maxLength: 14 }),
      fc.boolean(),
      async (commands, isStrict) => {
        const run = new Run(isStrict);
        await run.reconnect();
        for (const one of commands) await run.run(one);
        await run.finish();
        vi.restoreAllMocks();
      },
    ),
    isSoak ? { numRuns: 1_000 } : { numRuns: 30, seed: 4, examples },
  );
});
