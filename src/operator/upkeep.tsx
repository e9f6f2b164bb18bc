import type { AppContext } from "../app-env.ts";
import { appendAudit } from "../connections/index.ts";
import { runSelfTest } from "../launch/index.ts";
import { decodeCursor, encodeCursor } from "../lib/cursor.ts";
import { type Erasure, ledgerOf, reapplyErasures } from "../lifecycle/index.ts";
import { countSeals } from "../monitoring/index.ts";
import { Badge, Banner, Card, Facts, Table } from "../ui/index.ts";
import { at, lasting, nextPage, opsPage } from "./frame.tsx";
import { operatorOf } from "./guard.tsx";

const PAGE = 50;

/** Where an erasure stands, with the time that is left. */
function Countdown({ entry, now }: { entry: Erasure; now: number }) {
  if (entry.completedAt !== null) return <Badge tone="ok">complete</Badge>;
  const time = lasting(entry.deadlineAt - now);
  const isLate = entry.deadlineAt < now;
  if (entry.erasedAt === null)
    return <Badge tone={isLate ? "bad" : "warn"}>{isLate ? `overdue by ${time}` : `${time} left`}</Badge>;
  return (
    <>
      <Badge tone="info">erased, queues run out</Badge>
      {!isLate && <div>{`${time} left`}</div>}
    </>
  );
}

/** `GET /ops/erasures`: the ledger, with a count-down each. */
export async function showErasures(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const after = decodeCursor(c.req.query("cursor") ?? "", ["number", "string"]);
  const key = after === null ? null : { requestedAt: Number(after[0]), id: String(after[1]) };
  const rows: Erasure[] = await ledgerOf(world).list(PAGE + 1, key);
  const last = rows.slice(0, PAGE).at(-1);
  const total = (entry: Erasure): number => Object.values(entry.counts).reduce((sum, rows) => sum + rows, 0);
  return opsPage(
    c,
    "Erasures",
    <>
      {c.req.query("applied") !== undefined && (
        <Banner tone="ok">{`${c.req.query("applied")} erasures were started again.`}</Banner>
      )}
      <Table
        label="Erasures"
        rows={rows.slice(0, PAGE)}
        empty="Nothing was ever erased."
        columns={[
          { head: "Event", cell: (entry) => entry.eventId },
          { head: "Organization", cell: (entry) => entry.organizationId },
          { head: "Reason", cell: (entry) => entry.reason },
          { head: "By", cell: (entry) => entry.by },
          { head: "Requested (UTC)", cell: (entry) => at(entry.requestedAt) },
          {
            head: "State, deadline",
            cell: (entry) => (
              <>
                <Countdown entry={entry} now={world.now()} />
                <div class="small muted">{at(entry.deadlineAt)}</div>
              </>
            ),
          },
          { head: "Rows erased", isNumber: true, cell: total },
          {
            head: "Proof",
            cell: (entry) =>
              entry.proof === null ? "–" : `${entry.proof.rows} rows left in ${entry.proof.tables} tables`,
          },
        ]}
      />
      {nextPage(
        c,
        rows.length > PAGE && last !== undefined ? encodeCursor([last.requestedAt, last.id]) : null,
      )}
      <Card title="After a restore of the database">
        <p>
          A restored copy brings erased people and revoked door links back. This applies the whole ledger to
          it again and signs everybody out, you too; doing it twice is harmless.
        </p>
        <form class="row" method="post" action="/ops/erasures/apply">
          <button class="button" type="submit">
            Apply the ledger again
          </button>
        </form>
      </Card>
    </>,
  );
}

export async function applyErasures(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const applied = await reapplyErasures(world);
  await appendAudit(world, {
    connectionId: null,
    actor: operatorOf(c),
    action: "erasures.reapplied",
    detail: { applied },
  });
  return c.redirect(`/ops/erasures?applied=${applied}`, 303);
}

/** `GET /ops/keys`: how far a rotation is. */
export async function showKeys(c: AppContext): Promise<Response> {
  const seals = await countSeals(c.get("world"));
  return opsPage(
    c,
    "Key rotation",
    <>
      <Table
        label="Keys"
        rows={seals}
        empty="No key is configured."
        columns={[
          { head: "Key id", cell: (row) => <code>{row.keyId}</code> },
          { head: "Seals", isNumber: true, cell: (row) => row.seals },
          {
            head: "State",
            cell: (row) => {
              if (!row.isInRing) return <Badge tone="bad">missing: put it back into TOKEN_KEYS</Badge>;
              if (row.isCurrent) return <Badge tone="ok">seals and opens</Badge>;
              return row.seals === 0 ? <Badge>can be removed</Badge> : <Badge tone="info">opens</Badge>;
            },
          },
        ]}
      />
      <Card title="To rotate">
        <p>
          Put a new key first into TOKEN_KEYS and deploy. Every grant is sealed anew within a day, and every
          dead letter with it. When the old key seals nothing any more, remove it.
        </p>
      </Card>
    </>,
  );
}

/** `GET /ops/configuration`: what is set, and whether it works; never a value that is secret. */
export async function showConfiguration(c: AppContext): Promise<Response> {
  const { config, manifest } = c.get("world");
  const report = await runSelfTest(c.get("world"));
  return opsPage(
    c,
    "Configuration",
    <>
      <Card title="Settings">
        <Facts
          items={[
            ["Public URL", config.publicUrl],
            ["Authorization server", config.authUrl],
            ["API", config.apiUrl],
            ["Client id", config.clientId],
            ["Webhook secrets", `${config.webhookSecrets.length} accepted`],
            ["Keys", config.tokenKeys.map(({ kid }) => kid).join(", ")],
            ["Cloudflare Access", config.access === null ? "not set up" : config.access.teamDomain],
            ["Jurisdiction", config.jurisdiction ?? "none"],
            ["Alert rules", config.alertRules.rules.length],
            ["Required scopes", manifest.installation.required.join(", ")],
            ["Optional scopes", manifest.installation.optional.join(", ") || "none"],
            ["Deprecation", manifest.deprecation === null ? "no" : `ends on ${manifest.deprecation.endsOn}`],
          ]}
        />
      </Card>
      <Card title="Self-test">
        <p class="muted">
          Version {report.version} {report.tag}, registered with Revento:{" "}
          {report.registered.redirectUris.join(", ")}, {report.registered.webhookUrl}
        </p>
        <Table
          label="Self-test"
          rows={report.checks}
          empty="Nothing was checked."
          columns={[
            { head: "Check", cell: ({ id }) => id },
            {
              head: "Result",
              cell: ({ ok, person }) => (
                <Badge tone={ok ? "ok" : person === true ? "info" : "bad"}>
                  {ok ? "passes" : person === true ? "look yourself" : "fails"}
                </Badge>
              ),
            },
            { head: "Evidence", cell: ({ evidence }) => evidence },
            { head: "To do", cell: ({ todo }) => todo },
          ]}
        />
      </Card>
    </>,
  );
}
