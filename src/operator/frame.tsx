import type { Child, FC } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppContext } from "../app-env.ts";
import { type Suspension, suspensionOf } from "../monitoring/index.ts";
import { Banner, page } from "../ui/index.ts";
import { REASONS, SIGNALS } from "./words.ts";

const NAV = [
  { href: "/ops", label: "Overview" },
  { href: "/ops/connections", label: "Connections" },
  { href: "/ops/deliveries", label: "Deliveries" },
  { href: "/ops/dead-letters", label: "Dead letters" },
  { href: "/ops/alerts", label: "Alerts" },
  { href: "/ops/erasures", label: "Erasures" },
  { href: "/ops/trace", label: "Trace" },
  { href: "/ops/audit", label: "Audit" },
  { href: "/ops/keys", label: "Keys" },
  { href: "/ops/checklist", label: "Checklist" },
  { href: "/ops/configuration", label: "Configuration" },
];

/** A page of the operator's dashboard. For people who run this; in English. A suspension stands on each of them. */
export async function opsPage(
  c: AppContext,
  title: string,
  content: Child,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const world = c.get("world");
  const suspension = await suspensionOf(world);
  return page(
    c,
    { title: `${title} · Operations`, nav: NAV, wide: true },
    <div class="stack" lang="en">
      <div class="row between">
        <h1 title={title}>{title}</h1>
        <form method="post" action="/ops/sign-out">
          <button class="button quiet small" type="submit">
            Sign out
          </button>
        </form>
      </div>
      {suspension !== null && (
        <SuspensionBanner {...suspension} now={world.now()} contact={world.manifest.contact.url} />
      )}
      {content}
    </div>,
    status,
  );
}

const SuspensionBanner: FC<Suspension & { now: number; contact: string }> = (props) => (
  <Banner tone="bad" title={props.text ?? REASONS.suspended?.what ?? ""}>
    <span>
      {` ${(props.isTold ? REASONS.suspended?.next : SIGNALS.suspension_suspected) ?? ""} For ${lasting(props.now - props.since)}. `}
      <a href={props.contact}>Contact</a>
    </span>
  </Banner>
);

/** A time to the second, in UTC: operators compare it with logs. */
export const at = (time: number | null): Child =>
  time === null ? (
    "–"
  ) : (
    <time datetime={new Date(time).toISOString()}>
      {new Date(time).toISOString().replace("T", " ").slice(0, 19)}
    </time>
  );

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time as people say it. */
export function lasting(ms: number): string {
  const abs = Math.abs(ms);
  if (abs >= 2 * DAY_MS) return `${Math.floor(abs / DAY_MS)} days`;
  if (abs >= 2 * HOUR_MS) return `${Math.floor(abs / HOUR_MS)} hours`;
  return `${Math.max(1, Math.round(abs / MINUTE_MS))} min`;
}

/** A link to the next page of a list, with the filters that stand in the address. */
export function nextPage(c: AppContext, cursor: string | null): Child {
  const url = new URL(c.req.url);
  const isLater = url.searchParams.has("cursor");
  const first = new URL(url);
  first.searchParams.delete("cursor");
  if (cursor !== null) url.searchParams.set("cursor", cursor);
  return (
    <nav class="row" aria-label="Pages">
      {isLater && (
        <a class="button quiet" href={`${first.pathname}${first.search}`}>
          First page
        </a>
      )}
      {cursor !== null && (
        <a class="button quiet" href={`${url.pathname}${url.search}`}>
          Next page
        </a>
      )}
    </nav>
  );
}

export const connectionPath = (eventId: string, organizationId: string): string =>
  `/ops/connections/${encodeURIComponent(eventId)}/${encodeURIComponent(organizationId)}`;
