import { CHECKLIST } from "../../src/launch/checklist.ts";
import { askPerson, broken, type Finding, type Try } from "./finding.ts";
import { PROOFS } from "./proofs.ts";
import { attempt, type Row, rowOf } from "./row.ts";
import { judgeSuite, type SuiteReport } from "./suite.ts";
import type { Target } from "./target.ts";
import { fireCrons } from "./tries/crons.ts";
import { fromInside, healthy, type Inside, lookInside } from "./tries/inside.ts";
import { keptSecrets } from "./tries/leaks.ts";
import { declinedConsent, pkceStays, redirectUris, stateValidated } from "./tries/oauth.ts";
import { clock, headers, https, operatorOnly } from "./tries/outside.ts";
import {
  answersInTime,
  deduplicates,
  leavesNoTrace,
  oversizedRefused,
  signatureFailsClosed,
  staleRejected,
  traceable,
} from "./tries/webhooks.ts";

export interface Report {
  readonly url: string;
  readonly version: string;
  readonly commit: string;
  /** ISO. */
  readonly at: string;
  readonly rows: readonly Row[];
}

export interface Checkout {
  readonly root: string;
  readonly version: string;
  readonly commit: string;
  readonly reports: readonly SuiteReport[];
  /** When the code of this checkout last changed, epoch ms. */
  readonly changedAt: number;
}

export interface Running {
  readonly target: Target;
  readonly checkout: Checkout;
  /** Send a test message through every alert channel. */
  readonly alerts: boolean;
  /** Ids of the lines to try; all where it is left out. */
  readonly only?: readonly string[];
}

const consentPreviewed: Try = async () =>
  askPerson(
    "the consent page is Revento's, and only a person can say that its words are true",
    "Open /connect in English and in Polish, and read the scopes on Revento's page; `npm run submission` has pictures of both.",
  );

/** Lines that only the inside can see, by the check that answers for them. */
const INSIDE: Readonly<Record<string, string>> = {
  "encryption-at-rest": "sealing",
  ...Object.fromEntries(
    [
      "only-needed-types",
      "secrets-strong",
      "sealing",
      "migrations",
      "queues",
      "crons",
      "scopes",
      "alert-channels",
    ].map((id) => [id, id]),
  ),
};

/**
 * What is tried now, by line, in this order: the canaries are waited for when there is nothing else to do, and the leak
 * scan comes last, as it looks at everything that was answered.
 */
function triesOf({ checkout }: Running, inside: Inside): Readonly<Record<string, Try>> {
  const secret = keptSecrets(checkout.root);
  return {
    healthy: healthy(inside, checkout.version, checkout.commit),
    "signature-fails-closed": signatureFailsClosed,
    "stale-rejected": staleRejected,
    "answers-in-10-s": answersInTime,
    deduplicates,
    traceable,
    "oversized-refused": oversizedRefused,
    "declined-consent": declinedConsent,
    "consent-text-previewed": consentPreviewed,
    "state-validated": stateValidated,
    "pkce-stays": pkceStays,
    https,
    headers,
    "redirect-uris": redirectUris,
    "operator-only": operatorOnly,
    clock: clock(inside),
    ...Object.fromEntries(Object.entries(INSIDE).map(([id, check]) => [id, fromInside(inside, check)])),
    "client-secret-kept": secret("REVENTO_CLIENT_SECRET"),
    "webhook-secret-kept": secret("REVENTO_WEBHOOK_SECRET", "REVENTO_WEBHOOK_SECRET_PREVIOUS"),
  };
}

/** Executes the checklist. One try after the other, so that the times that are measured are the integration's own. */
export async function runPreflight(running: Running): Promise<Report> {
  const { target, checkout } = running;
  const isWanted = (id: string): boolean => running.only?.includes(id) ?? true;
  if (target.isLocal && isWanted("crons")) await fireCrons(target, checkout.root);
  const inside = lookInside(target, {
    canaries: isWanted("queues"),
    alerts: running.alerts && isWanted("alert-channels"),
  });
  const tries = triesOf(running, inside);
  const live = new Map<string, Finding>();
  for (const [id, run] of Object.entries(tries)) {
    if (isWanted(id)) live.set(id, await attempt(() => run(target)));
  }
  if (isWanted("deduplicates")) {
    const swept = await attempt(() => leavesNoTrace(target));
    if (!swept.ok) live.set("deduplicates", broken(`the tries left traces: ${swept.evidence}`, swept.todo));
  }
  const rows = CHECKLIST.filter(({ id }) => isWanted(id)).map((line) => {
    const proofs = PROOFS[line.id];
    const suite = proofs === undefined ? null : judgeSuite(proofs, checkout.reports, checkout.changedAt);
    return rowOf(line, { live: live.get(line.id) ?? null, suite });
  });
  return {
    url: target.url,
    version: checkout.version,
    commit: checkout.commit,
    at: new Date(target.now()).toISOString(),
    rows,
  };
}
