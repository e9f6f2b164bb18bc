import type { FC } from "hono/jsx";
import type { AppContext } from "../app-env.ts";
import { type Connection, countByStatus, searchConnections } from "../connections/index.ts";
import { type Erasure, ledgerOf } from "../lifecycle/index.ts";
import { readSeries, SPANS, type Span } from "../monitoring/index.ts";
import { listOpenSignals, type OpenSignal } from "../signals/index.ts";
import { Badge, Banner, Card, Name, Stats, Table } from "../ui/index.ts";
import { OutcomeChart } from "./chart.tsx";
import { at, connectionPath, lasting, opsPage } from "./frame.tsx";
import { REASONS, SIGNALS, statusTone } from "./words.ts";

const CHARTS = [
  { area: "webhooks", title: "Webhooks by outcome" },
  { area: "lag", title: "Webhooks: from received to processed" },
  { area: "refreshes", title: "Token refreshes" },
  { area: "calls", title: "Calls to Revento by status" },
  { area: "probes", title: "Health probes" },
];

const isSpan = (text: string | undefined): text is Span => text !== undefined && Object.hasOwn(SPANS, text);

/** `GET /ops`: what needs attention first, then the numbers. */
export async function showOverview(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const asked = c.req.query("span");
  const span = isSpan(asked) ? asked : "day";
  const [signals, counts, reconnect, suspended, open, series] = await Promise.all([
    listOpenSignals(world),
    countByStatus(world),
    searchConnections(world, { status: "reconnect_required", limit: 10 }),
    searchConnections(world, { health: "error", limit: 10 }),
    ledgerOf(world).listOpen(100, world.now()) as Promise<Erasure[]>,
    readSeries(
      world,
      CHARTS.map(({ area }) => area),
      span,
    ),
  ]);
  const unfinished = open.filter(({ erasedAt }) => erasedAt === null);
  return opsPage(
    c,
    "Overview",
    <>
      {signals.length === 0 && counts.suspended === 0 ? (
        <Banner tone="ok">Nothing needs attention.</Banner>
      ) : (
        <Signals signals={signals} now={world.now()} />
      )}
      <Stats
        items={[
          { label: "Active", value: <a href="/ops/connections?status=active">{counts.active}</a> },
          {
            label: "Reconnect required",
            value: <a href="/ops/connections?status=reconnect_required">{counts.reconnect_required}</a>,
          },
          { label: "Suspended", value: <a href="/ops/connections?status=suspended">{counts.suspended}</a> },
          { label: "Ended", value: <a href="/ops/connections?status=ended">{counts.ended}</a> },
          { label: "Erasures under way", value: <a href="/ops/erasures">{unfinished.length}</a> },
        ]}
      />
      <Attention title="Waiting for their organizer" connections={reconnect} />
      <Attention title="Probes fail" connections={suspended} />
      <nav class="row" aria-label="Span of the charts">
        {Object.keys(SPANS).map((name) => (
          <a
            class="button quiet small"
            href={`/ops?span=${name}`}
            aria-current={name === span ? "true" : undefined}
          >
            {`Last ${name}`}
          </a>
        ))}
      </nav>
      <div class="charts">
        {CHARTS.map(({ area, title }, place) => {
          const one = series[place];
          return one === undefined || area !== one.area ? null : (
            <OutcomeChart title={title} series={one} empty={`Nothing in the last ${span}.`} />
          );
        })}
      </div>
    </>,
  );
}

const isCritical = (name: string): boolean => name === "erasure_overdue";

/** The subject of `connection_unhealthy` is its event and organization. */
const ConnectionLink: FC<{ subject: string }> = ({ subject }) => {
  const [eventId = "", organizationId = ""] = subject.split("/");
  return <a href={connectionPath(eventId, organizationId)}>{eventId}</a>;
};

const Signals: FC<{ signals: readonly OpenSignal[]; now: number }> = (props) => {
  const { now } = props;
  // What is worst stands first, and of that what has lasted longest.
  // A suspicion of a suspension stands on every page already.
  const signals = props.signals
    .filter(({ name }) => name !== "suspension_suspected")
    .toSorted((a, b) => Number(isCritical(b.name)) - Number(isCritical(a.name)));
  return (
    <>
      {signals.map(({ name, subject, raisedAt, text }) => (
        <Banner tone={isCritical(name) ? "bad" : "warn"} title={text}>
          <span>
            {` ${SIGNALS[name] ?? ""} For ${lasting(now - raisedAt)}. `}
            {name === "connection_unhealthy" && <ConnectionLink subject={subject} />}
          </span>
        </Banner>
      ))}
    </>
  );
};

const Attention: FC<{ title: string; connections: readonly Connection[] }> = ({ title, connections }) =>
  connections.length === 0 ? null : (
    <Card title={title}>
      <Table
        label={title}
        rows={connections}
        empty=""
        columns={[
          {
            head: "Event",
            cell: (one) => (
              <a href={connectionPath(one.eventId, one.organizationId)}>
                <Name name={one.eventName ?? one.eventId} />
              </a>
            ),
          },
          { head: "Status", cell: (one) => <Badge tone={statusTone(one.status)}>{one.status}</Badge> },
          { head: "Since", cell: (one) => at(one.endedAt ?? one.healthSince) },
          { head: "What next", cell: (one) => REASONS[one.reason ?? ""]?.next ?? one.healthDetail ?? "" },
        ]}
      />
    </Card>
  );
