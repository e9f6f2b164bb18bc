import { type ChannelStatus, listChannels, quietHoursOf, sendTest } from "../alerts/index.ts";
import type { AppContext } from "../app-env.ts";
import { appendAudit } from "../connections/index.ts";
import { Badge, Banner, failureResponse, Table } from "../ui/index.ts";
import { at, lasting, opsPage } from "./frame.tsx";
import { operatorOf } from "./guard.tsx";

/** How a channel is doing, in a word. */
function State({ channel, now }: { channel: ChannelStatus; now: number }) {
  if (channel.state === "unused") return <Badge tone="info">not used yet</Badge>;
  if (channel.state === "working") return <Badge tone="ok">working</Badge>;
  const since = channel.failingSince === null ? "" : ` for ${lasting(now - channel.failingSince)}`;
  return (
    <>
      <Badge tone="bad">{`failing${since}`}</Badge> {channel.lastError}
    </>
  );
}

/** What the test button came to. */
function Outcome({ tested, error }: { tested: string | undefined; error: string | undefined }) {
  if (tested === undefined) return null;
  if (error === undefined) return <Banner tone="ok">{`${tested} took a test sentence.`}</Banner>;
  return <Banner tone="bad">{`${tested} did not take a test sentence: ${error}.`}</Banner>;
}

const TestButton = ({ name }: { name: string }) => (
  <form method="post" action={`/ops/alerts/${encodeURIComponent(name)}/test`}>
    <button class="button small" type="submit" aria-label={`Send a test on ${name}`}>
      Send a test
    </button>
  </form>
);

/** `GET /ops/alerts`: channels and rules. No address and no secret of a channel is shown. */
export async function showAlerts(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const { rules } = world.config.alertRules;
  const channels = await listChannels(world);
  return opsPage(
    c,
    "Alerts",
    <>
      <Outcome tested={c.req.query("tested")} error={c.req.query("error")} />
      <Table
        label="Channels"
        rows={channels}
        empty="No alert rules are set: docs/alerts.md tells how."
        columns={[
          { head: "Channel", cell: (channel) => channel.name },
          { head: "Kind", cell: (channel) => channel.kind },
          { head: "State", cell: (channel) => <State channel={channel} now={world.now()} /> },
          { head: "Last sent (UTC)", cell: (channel) => at(channel.lastSentAt) },
          { head: "Waiting", isNumber: true, cell: (channel) => channel.waiting },
          { head: "Given up", isNumber: true, cell: (channel) => channel.dead },
          { head: "Test", cell: (channel) => <TestButton name={channel.name} /> },
        ]}
      />
      <Table
        label="Rules"
        rows={[...rules]}
        empty="No rule."
        columns={[
          { head: "Rule", cell: (rule) => rule.id },
          { head: "On", cell: (rule) => rule.on ?? `signal ${rule.signal}` },
          { head: "Channels", cell: (rule) => rule.channels.join(", ") },
          { head: "Quiet hours", cell: (rule) => quietHoursOf(rule, world.now()) },
        ]}
      />
    </>,
  );
}

/** `POST /ops/alerts/:name/test`: says a sentence on one channel now, past limits and quiet hours. */
export async function testChannel(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const name = c.req.param("name") ?? "";
  const sent = await sendTest(world, name);
  if (!sent.ok) return failureResponse(c, sent.failure);
  const { error } = sent.value;
  await appendAudit(world, {
    connectionId: null,
    actor: operatorOf(c),
    action: "alert.tested",
    detail: { channel: name, error },
  });
  const query = new URLSearchParams({ tested: name, ...(error === null ? {} : { error }) });
  return c.redirect(`/ops/alerts?${query}`, 303);
}
