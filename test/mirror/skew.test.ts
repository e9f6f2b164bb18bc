import { expect, test } from "vitest";
import { isListed } from "../../emulator/state/store.ts";
import { expectSame } from "../support/equality.ts";
import { openStage } from "../support/stage.ts";
import { rowsOf } from "../support/webhooks.ts";

/** Our clock ahead of Revento's, and behind it. */
const SKEWS = [90_000, -90_000];

/** A mirror that a walk has just read, and one of its activities. */
async function openRead(skewMs: number) {
  const stage = await openStage({ skewMs });
  await stage.reconcile();
  await expectSame(stage, "at first");
  const event = stage.emulator.state.store.events.get(stage.connection.eventId);
  const id = event?.activities.all()[0]?.id ?? "";
  const rename = (title: string) =>
    stage.emulator.actions.updateActivity(stage.connection.eventId, id, { title });
  const titleOf = async () =>
    (
      await rowsOf<{ title: string }>(
        "SELECT data->>'$.title' AS title FROM resources WHERE connection_id = ? AND id = ?",
        stage.connection.id,
        id,
      )
    )[0]?.title;
  return { stage, event, rename, titleOf };
}

test.each(SKEWS)("with our clock off by %i ms a webhook of right after a walk is applied", async (skewMs) => {
  const { stage, rename, titleOf } = await openRead(skewMs);
  await stage.advance(3_000);
  rename("Right after");
  await stage.advance(3_000);
  await stage.consumeWebhooks();
  expect(await titleOf()).toBe("Right after");
});

test.each(SKEWS)(
  "with our clock off by %i ms a walk makes up for a webhook that was lost right before",
  async (skewMs) => {
    const { stage, rename, titleOf } = await openRead(skewMs);
    await stage.advance(60_000);
    rename("Told");
    await stage.advance(3_000);
    await stage.consumeWebhooks();
    expect(await titleOf()).toBe("Told");
    rename("Lost");
    await stage.advance(3_000);
    expect(stage.webhooks.splice(0)).toHaveLength(1);
    await stage.reconcile();
    expect(await titleOf()).toBe("Lost");
  },
);

test.each(SKEWS)(
  "with our clock off by %i ms who cancels right after an event of theirs is cancelled by the next walks",
  async (skewMs) => {
    const { stage, event } = await openRead(skewMs);
    const { actions } = stage.emulator;
    const gone = event?.participants.all().filter(isListed)[0]?.id ?? "";
    await stage.advance(60_000);
    actions.editProfile(stage.connection.eventId, gone, { last_name: "Last" });
    await stage.advance(1_000);
    await stage.consumeWebhooks();
    actions.cancel(stage.connection.eventId, gone);
    await stage.advance(3_000);
    await stage.reconcile();
    await expectSame(stage, "after the walks");
    expect(
      await rowsOf(
        "SELECT id FROM participants WHERE connection_id = ? AND state = 'cancelled'",
        stage.connection.id,
      ),
    ).toEqual([{ id: gone }]);
  },
);
