import { type ChannelStatus, listChannels, sendTest } from "../../alerts/index.ts";
import type { World } from "../../world.ts";
import { type CheckResult, failed, passed, unsure } from "../check.ts";
import { beginTrials, finishTrial, type Trial } from "../store.ts";

const TRIAL = "alerts";
/** A test of last week says little about today. */
const FRESH_MS = 24 * 3_600_000;

/** What each channel answered to a test message: null is a yes. Names of channels are the publisher's own. */
type Answers = Readonly<Record<string, string | null>>;

/** Says a test sentence on every channel. Only when asked: it reaches people. */
export async function tryChannels(world: World): Promise<void> {
  const id = crypto.randomUUID();
  await beginTrials(world, [TRIAL], id);
  const names = [...world.config.alertRules.channels.keys()];
  const answers = await Promise.all(
    names.map(async (name) => {
      const sent = await sendTest(world, name);
      return [name, sent.ok ? sent.value.error : "there is no such channel"] as const;
    }),
  );
  await finishTrial(world, TRIAL, id, Object.fromEntries(answers));
}

const TODO = "Correct ALERT_RULES: docs/configuration.md.";

/** Judges by the last test, and by what the channels did on their own since. */
export function judgeChannels(
  channels: readonly ChannelStatus[],
  trial: Trial | undefined,
  now: number,
): CheckResult {
  if (channels.length === 0) {
    return unsure(
      "alert-channels",
      "no channel is configured: nobody would be told of anything",
      "Set ALERT_RULES.",
    );
  }
  const isFresh = trial?.finishedAt != null && now - trial.finishedAt < FRESH_MS;
  const answers = (isFresh ? JSON.parse(trial.detail ?? "{}") : {}) as Answers;
  const failing = channels.filter(
    ({ name, state }) => answers[name] != null || (answers[name] === undefined && state === "failing"),
  );
  if (failing.length > 0) {
    const what = failing.map(({ name, lastError }) => `${name}: ${answers[name] ?? lastError ?? "failing"}`);
    return failed("alert-channels", what.join("; "), TODO);
  }
  const untried = channels.filter(({ name, state }) => answers[name] === undefined && state === "unused");
  const names = (list: readonly ChannelStatus[]): string => list.map(({ name }) => name).join(", ");
  return untried.length > 0
    ? unsure(
        "alert-channels",
        `nothing was sent yet on ${names(untried)}`,
        "Run it with --alerts: a test message goes to each channel.",
      )
    : passed("alert-channels", `${names(channels)} answered`);
}

export async function checkAlertChannels(world: World, trials: readonly Trial[]): Promise<CheckResult> {
  const trial = trials.find(({ name }) => name === TRIAL);
  return judgeChannels(await listChannels(world), trial, world.now());
}
