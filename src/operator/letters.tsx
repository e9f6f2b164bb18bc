import type { AppContext } from "../app-env.ts";
import { appendAudit } from "../connections/index.ts";
import { decodeCursor, encodeCursor } from "../lib/cursor.ts";
import { Banner, Card, failureResponse, Table } from "../ui/index.ts";
import {
  discardDeadLetter,
  FILTER_HELP,
  listDeadLetters,
  QUEUES,
  readFilter,
  replayDeadLetter,
  replayDeadLetters,
} from "../webhooks/index.ts";
import { at, nextPage, opsPage } from "./frame.tsx";
import { operatorOf } from "./guard.tsx";

const PAGE = 50;

const filterOf = (c: AppContext) => ({
  queue: QUEUES.find((queue) => queue === c.req.query("queue")),
  reason: c.req.query("reason") || undefined,
});

/** `GET /ops/dead-letters`. */
export async function showLetters(c: AppContext): Promise<Response> {
  const after = decodeCursor(c.req.query("cursor") ?? "", ["number", "string"]);
  const filter = filterOf(c);
  const rows = await listDeadLetters(c.get("world"), {
    ...filter,
    after: after === null ? undefined : { setAsideAt: Number(after[0]), id: String(after[1]) },
    limit: PAGE + 1,
  });
  const last = rows.slice(0, PAGE).at(-1);
  const query = new URLSearchParams(
    Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return opsPage(
    c,
    "Dead letters",
    <>
      {c.req.query("done") !== undefined && <Banner tone="ok">{`Done: ${c.req.query("done")}.`}</Banner>}
      <div class="row">
        <form class="filters" method="get" action="/ops/dead-letters">
          <label>
            Queue
            <select name="queue">
              <option value="">any</option>
              {QUEUES.map((queue) => (
                <option value={queue} selected={queue === filter.queue}>
                  {queue}
                </option>
              ))}
            </select>
          </label>
          <label>
            Reason
            <input name="reason" value={filter.reason} />
          </label>
          <button class="button" type="submit">
            Filter
          </button>
        </form>
        {rows.length > 0 && (
          <form method="post" action={`/ops/dead-letters/replay?${query}`}>
            <button class="button" type="submit">
              Replay all of these
            </button>
          </form>
        )}
      </div>
      <p class="muted">
        A message waits here until it is replayed or discarded, or its connection is erased. One that belongs
        to no connection is thrown away after 25 days.
      </p>
      <Table
        label="Dead letters"
        rows={rows.slice(0, PAGE)}
        empty="Nothing is set aside."
        columns={[
          { head: "Set aside (UTC)", cell: (row) => at(row.setAsideAt) },
          { head: "Queue", cell: (row) => row.queue },
          { head: "Reason", cell: (row) => row.reason },
          { head: "Type", cell: (row) => row.type ?? "–" },
          { head: "Event", cell: (row) => row.eventId ?? "–" },
          { head: "Id", cell: (row) => <code>{row.id.slice(0, 13)}</code> },
          { head: "Attempts", isNumber: true, cell: (row) => row.attempts },
          {
            head: "Do",
            cell: (row) => (
              <div class="row">
                <form method="post" action={`/ops/dead-letters/${encodeURIComponent(row.id)}/replay`}>
                  <button class="button quiet small" type="submit">
                    Replay
                  </button>
                </form>
                <a
                  class="button quiet small"
                  href={`/ops/dead-letters/${encodeURIComponent(row.id)}/discard`}
                >
                  Discard …
                </a>
              </div>
            ),
          },
        ]}
      />
      {nextPage(
        c,
        rows.length > PAGE && last !== undefined ? encodeCursor([last.setAsideAt, last.id]) : null,
      )}
    </>,
  );
}

const done = (c: AppContext, what: string): Response =>
  c.redirect(`/ops/dead-letters?done=${encodeURIComponent(what)}`, 303);

export async function replayOne(c: AppContext): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const world = c.get("world");
  const outcome = await replayDeadLetter(world, id, operatorOf(c));
  if (outcome === "missing") return failureResponse(c, { kind: "not_found", what: "dead letter" });
  return done(c, outcome);
}

export async function replayAll(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const actor = operatorOf(c);
  const filter = readFilter(c.req.query());
  if (filter === null) return failureResponse(c, { kind: "bad_request", message: FILTER_HELP });
  const outcome = await replayDeadLetters(world, filter, actor);
  await appendAudit(world, {
    connectionId: null,
    actor,
    action: "dead_letters.replayed",
    detail: { ...outcome },
  });
  return done(c, `${outcome.replayed} replayed, ${outcome.failed} failed, ${outcome.remaining} left`);
}

/** `GET …/discard`: it cannot be undone. */
export const askDiscard = (c: AppContext) => {
  const id = c.req.param("id") ?? "";
  return opsPage(
    c,
    "Discard a message",
    <Card>
      <Banner tone="bad">The message is thrown away for good. Revento does not send it again.</Banner>
      <p>
        Message <code>{id}</code>
      </p>
      <form class="row" method="post" action={`/ops/dead-letters/${encodeURIComponent(id)}/discard`}>
        <button class="button danger" type="submit">
          Discard
        </button>
        <a class="button quiet" href="/ops/dead-letters">
          Keep it
        </a>
      </form>
    </Card>,
  );
};

export async function discard(c: AppContext): Promise<Response> {
  const isGone = await discardDeadLetter(c.get("world"), c.req.param("id") ?? "", operatorOf(c));
  return isGone ? done(c, "discarded") : failureResponse(c, { kind: "not_found", what: "dead letter" });
}
