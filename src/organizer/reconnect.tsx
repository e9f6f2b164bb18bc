import type { AppContext } from "../app-env.ts";
import { findConnection } from "../connections/index.ts";
import { scopeState } from "../lifecycle/index.ts";
import type { InstallationScope } from "../manifest-shape.ts";
import { isSuspensionSuspected } from "../monitoring/index.ts";
import { refuseUnlessOrganizer } from "../sessions/index.ts";
import { Card, failureResponse, Name, page, ScopeList, SuspendedBanner, wordsOf } from "../ui/index.ts";
import { whyOf } from "./why.ts";

/**
 * `GET /organizations/…/events/…/reconnect`: why the connection does not work, or which permission is new, and the
 * button that asks Revento. Never by itself.
 */
export async function showReconnect(c: AppContext): Promise<Response> {
  const organizationId = c.req.param("organization_id") ?? "";
  const eventId = c.req.param("event_id") ?? "";
  const refusal = await refuseUnlessOrganizer(c, organizationId, { eventId });
  if (refusal !== null) return refusal;
  const world = c.get("world");
  const connection = await findConnection(world, { eventId, organizationId });
  if (connection === null) return failureResponse(c, { kind: "not_found", what: "connection" });
  const isSuspected = await isSuspensionSuspected(world);
  const words = wordsOf(c);
  const { t } = words;
  const { installation } = world.manifest;
  const missing = scopeState(connection, world.manifest).missing;
  const isMissing = (scope: InstallationScope) => missing.includes(scope);
  const isReconsent = connection.status === "active" && missing.length > 0;
  const asked = isReconsent
    ? { required: installation.required.filter(isMissing), optional: installation.optional.filter(isMissing) }
    : installation;
  return page(
    c,
    {
      title: t(isReconsent ? "reconsent.title" : "reconnect.title"),
      nav: [{ href: `/organizations/${encodeURIComponent(organizationId)}`, label: t("dashboard.nav") }],
    },
    <>
      <div class="stack tight">
        <h1>{t(isReconsent ? "reconsent.title" : "reconnect.title")}</h1>
        <p class="muted">
          <Name name={connection.eventName ?? connection.eventId} />
        </p>
      </div>
      <SuspendedBanner
        words={words}
        manifest={world.manifest}
        isSuspended={connection.status === "suspended"}
        isSuspected={isSuspected}
      />
      <p class="lead">{isReconsent ? t("reconsent.what") : whyOf(t, connection)}</p>
      <p>{t(isReconsent ? "reconsent.do" : "reconnect.do")}</p>
      <div class="row">
        <a class="button big" href={`/connect?event_id=${encodeURIComponent(eventId)}`}>
          {t("connect.action")}
        </a>
      </div>
      <Card title={t("connect.what")}>
        <ScopeList t={t} {...asked} />
      </Card>
    </>,
  );
}
