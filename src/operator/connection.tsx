import type { Child, FC } from "hono/jsx";
import type { AppContext } from "../app-env.ts";
import { countAttendance } from "../attendance/index.ts";
import type { Connection } from "../connections/index.ts";
import { expiresOn } from "../grants/index.ts";
import { type ShownHealth, shownHealth } from "../health/index.ts";
import {
  ERASE_OVER_AFTER_MS,
  type Erasure,
  ledgerOf,
  type ScopeState,
  scopeState,
} from "../lifecycle/index.ts";
import {
  listWaiting,
  readSyncStates,
  readTimeline,
  type SyncState,
  type TimelineEntry,
  type Waiting,
} from "../records/index.ts";
import { Badge, Banner, Card, Facts, Stats, Table } from "../ui/index.ts";
import { at, connectionPath, lasting, opsPage } from "./frame.tsx";
import { healthTone, REASONS, statusTone } from "./words.ts";

/** `GET /ops/connections/{event}/{organization}`. */
export async function showConnection(c: AppContext, connection: Connection): Promise<Response> {
  const world = c.get("world");
  const [syncOf, counts, timeline, waiting, erasure] = await Promise.all([
    readSyncStates(world, [connection.id]),
    countAttendance(world, connection.id),
    readTimeline(world, connection.id, { after: null, limit: 50 }),
    listWaiting(world, connection.id),
    ledgerOf(world).find(connection.id) as Promise<Erasure | null>,
  ]);
  const path = connectionPath(connection.eventId, connection.organizationId);
  const now = world.now();
  return opsPage(
    c,
    connection.eventName ?? connection.eventId,
    <>
      {c.req.query("done") !== undefined && <Banner tone="ok">Asked for: {c.req.query("done")}.</Banner>}
      <State connection={connection} erasure={erasure} now={now} />
      <Stats
        items={[
          {
            label: "Participants",
            value: (
              <a href={`${path}/participants`} aria-label={`${counts.participants} participants`}>
                {counts.participants}
              </a>
            ),
          },
          { label: "Registered", value: counts.registered },
          { label: "Checked in", value: counts.checkedIn },
          { label: "Cancelled", value: counts.cancelled },
        ]}
      />
      <div class="charts">
        <GrantCard connection={connection} scopes={scopeState(connection, world.manifest)} now={now} />
        <HealthCard health={shownHealth(connection, now)} />
        <SyncCard sync={syncOf(connection.id)} path={path} />
      </div>
      <Actions
        path={path}
        isActive={connection.status === "active"}
        isErased={connection.erasedAt !== null}
      />
      {waiting.length > 0 && <WaitingCard waiting={waiting} />}
      <Timeline entries={timeline} />
    </>,
  );
}

const State: FC<{ connection: Connection; erasure: Erasure | null; now: number }> = (props) => {
  const { connection, erasure, now } = props;
  const reason = REASONS[connection.reason ?? ""];
  return (
    <Card>
      <p class="row">
        <Badge tone={statusTone(connection.status)}>{connection.status}</Badge>
        <code>{connection.eventId}</code>
        <code>{connection.organizationId}</code>
        <span class="muted">
          generation {connection.generation}, connected {at(connection.connectedAt)}
        </span>
      </p>
      {connection.status !== "active" && reason !== undefined && (
        <p>
          {reason.what} {reason.next}
        </p>
      )}
      {erasure !== null && (
        <p>
          Erasure: {erasure.erasedAt === null ? "under way" : <>rows erased {at(erasure.erasedAt)}</>},{" "}
          {erasure.completedAt === null ? `${lasting(erasure.deadlineAt - now)} to the deadline` : "complete"}
        </p>
      )}
      {erasure === null && connection.endedAt !== null && connection.status !== "active" && (
        <p>
          Erased by itself in {lasting(connection.endedAt + ERASE_OVER_AFTER_MS - now)}, unless it is
          connected again.
        </p>
      )}
    </Card>
  );
};

const HardStop: FC<{ connection: Connection; now: number }> = ({ connection, now }) => {
  const endsAt = expiresOn(connection.grantEndsAt, now);
  return endsAt === null ? (
    at(connection.grantEndsAt)
  ) : (
    <>
      {at(endsAt)} <Badge tone="warn">connect again within {lasting(Math.max(0, endsAt - now))}</Badge>
    </>
  );
};

type Fact = readonly [string, Child];

/** The tokens of a life that is over were destroyed with it: their dates and last characters say nothing any more. */
const GONE: Fact = ["Tokens", "none: they were destroyed when the connection ended"];

const heldFacts = (connection: Connection, now: number): readonly Fact[] => [
  ["Access until", at(connection.accessExpiresAt)],
  ["Refresh until", at(connection.refreshExpiresAt)],
  ["Hard stop", <HardStop connection={connection} now={now} />],
  ["Key", connection.keyId ?? "–"],
  ["Token ends in", connection.last4 === null ? "–" : <code>…{connection.last4}</code>],
];

const GrantCard: FC<{ connection: Connection; scopes: ScopeState; now: number }> = ({
  connection,
  scopes,
  now,
}) => (
  <Card title="Grant">
    <Facts
      items={[
        ...(connection.status === "active" ? heldFacts(connection, now) : [GONE]),
        ["Granted", connection.grantedScopes.join(", ") || "nothing"],
        [
          "Re-consent required",
          scopes.missing.length === 0 ? "no" : <Badge tone="warn">{scopes.missing.join(", ")}</Badge>,
        ],
        ["Declined", scopes.declined.join(", ") || "nothing"],
      ]}
    />
  </Card>
);

const HealthCard: FC<{ health: ShownHealth }> = ({ health }) => (
  <Card title="Health">
    <Facts
      items={[
        ["State", <Badge tone={healthTone(health.state)}>{health.state}</Badge>],
        ["As of", at(health.checkedAt)],
        ["Since", at(health.since)],
        ["By", health.detail ?? "never probed"],
      ]}
    />
  </Card>
);

/** An initial walk has no end that is known: Revento does not tell how many rows there are. */
const paceText = ({ rowsPerMinute, secondsLeft }: NonNullable<SyncState["pace"]>): string =>
  secondsLeft === null
    ? `${rowsPerMinute} rows a minute`
    : `${rowsPerMinute} rows a minute, about ${Math.ceil(secondsLeft / 60)} min left`;

const SyncCard: FC<{ sync: SyncState; path: string }> = ({ sync, path }) => (
  <Card title="Sync">
    <Facts
      items={[
        [
          "State",
          <Badge tone={sync.state === "idle" ? "ok" : sync.state === "running" ? "info" : "bad"}>
            {sync.state}
          </Badge>,
        ],
        ["Kind", sync.kind ?? "–"],
        ["Pages, rows", `${sync.pages}, ${sync.rows}`],
        ...(sync.pace === null ? [] : ([["Pace", paceText(sync.pace)]] as const)),
        ["Began", at(sync.startedAt)],
        ["Ended", at(sync.finishedAt)],
        ["Left out", sync.skipped.join(", ") || "nothing"],
        ["Detail", sync.detail ?? "–"],
      ]}
    />
    {sync.state === "frozen" && (
      <a class="button" href={`${path}/confirm`}>
        Look at what it missed, and confirm
      </a>
    )}
  </Card>
);

const Actions: FC<{ path: string; isActive: boolean; isErased: boolean }> = ({
  path,
  isActive,
  isErased,
}) => (
  <Card title="Actions">
    <div class="row">
      {isActive && <Action path={path} action="probe" label="Probe now" />}
      {isActive && <Action path={path} action="reconcile" label="Reconcile" />}
      {isActive && <Action path={path} action="sync" label="Sync everything" />}
      {!isErased && (
        <a class="button danger" href={`${path}/erase`}>
          Erase …
        </a>
      )}
    </div>
  </Card>
);

const Action: FC<{ path: string; action: string; label: Child }> = ({ path, action, label }) => (
  <form method="post" action={`${path}/${action}`}>
    <button class="button quiet" type="submit">
      {label}
    </button>
  </form>
);

/** What a handler gave up on is among the dead letters. */
const WaitingCard: FC<{ waiting: readonly Waiting[] }> = ({ waiting }) => (
  <Card title="Waiting for handlers">
    <Table
      label="Waiting for handlers"
      rows={waiting}
      empty=""
      columns={[
        { head: "Handler", cell: (row) => <code>{row.handler}</code> },
        { head: "Waiting", isNumber: true, cell: (row) => row.rows },
        { head: "Failed before", isNumber: true, cell: (row) => row.failing },
        { head: "Most tries", isNumber: true, cell: (row) => row.attempts },
        { head: "Next try (UTC)", cell: (row) => at(row.nextAt) },
      ]}
    />
  </Card>
);

export const Timeline: FC<{ entries: readonly TimelineEntry[] }> = ({ entries }) => (
  <Card title="Timeline">
    <Table
      label="Timeline"
      rows={entries}
      empty="Nothing yet."
      columns={[
        { head: "When (UTC)", cell: (entry) => at(entry.at) },
        { head: "Kind", cell: (entry) => <Badge>{entry.kind}</Badge> },
        { head: "What", cell: (entry) => entry.summary },
        {
          head: "Id",
          cell: (entry) =>
            entry.kind === "audit" ? (
              entry.id
            ) : (
              <a href={`/ops/trace?id=${encodeURIComponent(entry.id)}`}>
                <code>{entry.id.slice(0, 13)}</code>
              </a>
            ),
        },
      ]}
    />
  </Card>
);
