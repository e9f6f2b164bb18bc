import { expect, inject, test } from "vitest";
import { Random } from "../../emulator/random.ts";
import { drain } from "../../src/handling/drain.ts";
import { on } from "../../src/handling/index.ts";
import { LEASE_MS, nextRows, takeLease } from "../../src/handling/lease.ts";
import { handlerNamed } from "../../src/handling/on.ts";
import { runRow } from "../../src/handling/run.ts";
import { findSubject } from "../../src/handling/subject.ts";
import type { HandlerMessage } from "../../src/messages.ts";
import { connectEvent, type TestWorld, testWorld, waitingRows } from "../support/handling.ts";
import { consumeNow, heldQueue, messageOf, rowsOf } from "../support/webhooks.ts";

const SEEDS = inject("soak") ? 100 : 4;
const STATUSES = ["submitted", "revision_requested", "rejected", "approved"] as const;
const PEOPLE = 5;

let random = new Random(0);
/** `handler participant step`, in the order in which handlers came to their end. */
let done: string[] = [];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

on(
  "application.*",
  async ({ data }) => {
    const draw = random.next();
    if (draw < 0.2) throw new Error("thrown");
    if (draw < 0.3) await new Promise(() => {});
    if (draw < 0.5) await pause(3);
    done.push(`chaotic ${data.participant_id} ${data.step}`);
  },
  { name: "chaotic", timeLimitS: 0.02 },
);
on("application.*", ({ data }) => void done.push(`steady ${data.participant_id} ${data.step}`), {
  name: "steady",
});

type Connected = Awaited<ReturnType<typeof connectEvent>>;

/** Everything that happens to everybody, in batches as the queue would cut them, some of it twice. */
async function tell(world: TestWorld, { eventId, organizationId }: Connected): Promise<void> {
  for (const [step, status] of STATUSES.entries()) {
    const messages = Array.from({ length: PEOPLE }, (_, person) =>
      messageOf({
        type: `application.${status}`,
        occurred_at: new Date(world.clock.now + step * 1000).toISOString(),
        event_id: eventId,
        organization_id: organizationId,
        data: {
          id: `app_${person}`,
          participant_id: `ptp_${person}`,
          user_id: `usr_${person}`,
          status: status === "submitted" ? "pending" : status,
          step,
        },
      }),
    );
    await consumeNow(messages, world);
    await consumeNow(messages.slice(0, random.int(PEOPLE)), world);
  }
}

/** The isolate dies in the middle of its rows: some have run, nothing of it is recorded. */
async function crash(world: TestWorld, connectionId: string, name: string): Promise<void> {
  const lease = await takeLease(world, connectionId, name);
  const handler = handlerNamed(name);
  const connection = await findSubject(world, connectionId);
  if (!("token" in lease) || handler === undefined || connection === null) return;
  const rows = await nextRows(world, lease, []);
  for (const row of rows.slice(0, random.int(rows.length + 1))) {
    await runRow(world, { connection, handler, row, flights: new Map() });
  }
  world.clock.now += LEASE_MS;
}

async function settle(world: TestWorld, connectionId: string): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const rows = await waitingRows(world, connectionId);
    if (!rows.some(({ target }) => target === "chaotic" || target === "steady")) return;
    for (const name of ["chaotic", "steady"]) {
      if (random.next() < 0.1) await crash(world, connectionId, name);
      else await drain(world, { kind: "drain", connectionId, handler: name }, 1);
    }
    world.clock.now += random.int(600_000);
  }
  throw new Error("rows are left over");
}

test.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
  "chaos %i: the mirror is right, every event was handled, and in order for each person",
  { timeout: 60_000 },
  async (seed) => {
    random = new Random(`chaos ${seed}`);
    done = [];
    const base = testWorld();
    const world = { ...base, env: { ...base.env, HANDLERS: heldQueue<HandlerMessage>() } };
    const connection = await connectEvent(world, ["event.read", "participants.read"]);
    await tell(world, connection);
    const sql = "SELECT id, application_status FROM participants WHERE connection_id = ? ORDER BY id";
    expect(await rowsOf(sql, connection.connectionId)).toEqual(
      Array.from({ length: PEOPLE }, (_, person) => ({
        id: `ptp_${person}`,
        application_status: "approved",
      })),
    );

    await drain(world, { kind: "drain", connectionId: connection.connectionId, handler: "steady" }, 1);
    expect(done.filter((line) => line.startsWith("steady"))).toHaveLength(PEOPLE * STATUSES.length);
    await settle(world, connection.connectionId);
    const steps = STATUSES.map((_, step) => step);
    for (let person = 0; person < PEOPLE; person++) {
      const mine = done
        .filter((line) => line.startsWith(`chaotic ptp_${person} `))
        .map((line) => Number(line.split(" ")[2]));
      expect([...new Set(mine)]).toEqual(steps);
      expect(mine).toEqual(mine.toSorted((left, right) => left - right));
    }
    expect(
      await rowsOf("SELECT id FROM dead_letters WHERE connection_id = ?", connection.connectionId),
    ).toEqual([]);
  },
);
