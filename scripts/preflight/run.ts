import { CHECKLIST } from "../../src/launch/checklist.ts";
import { askPerson, broken, type Finding, type Try } from "./finding.ts";
import { PROOFS } from "./proofs.ts";
import { attempt, type Row, rowOf } from "./row.ts";
import { judgeSuite, type SuiteReport } from "./suite.ts";
import type { Target } from "./target.ts";
import { fireCrons } from "./tries/crons.ts";
import { fromInside, healthy, runInside, type SelfTest } from "./tries/inside.ts";
import { keptSecret } from "./tries/leaks.ts";
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

/** What is tried now, by line, in this order. The leak scan comes last: it looks at everything that was answered. */
function triesOf(
  { checkout }: Running,
  inside: Promise<SelfTest>,
  reventoUrl: string | null,
): Readonly<Record<string, Try>> {
  const secret = (...names: readonly string[]): Try => keptSecret(checkout.root, names);
  return {
    healthy: healthy(inside, checkout.version, checkout.commit),
    "signature-fails-closed": signatureFailsClosed,
    "encryption-at-rest": fromInside(inside, "sealing"),
    "stale-rejected": staleRejected,
    "answers-in-10-s": answersInTime,
    deduplicates,
    traceable,
    "oversized-refused": oversizedRefused,
    "only-needed-types": fromInside(inside, "only-needed-types"),
    "declined-consent": declinedConsent,
    "consent-text-previewed": consentPreviewed,
    "state-validated": stateValidated,
    "pkce-stays": pkceStays,
    https,
    headers,
    "redirect-uris": redirectUris,
    "operator-only": operatorOnly,
    ...Object.fromEntries(
      ["secrets-strong", "sealing", "migrations", "queues", "crons", "scopes", "alert-channels"].map((id) => [
        id,
        fromInside(inside, id),
      ]),
    ),
    clock: clock(reventoUrl),
    "client-secret-kept": secret("REVENTO_CLIENT_SECRET"),
    "webhook-secret-kept": secret("REVENTO_WEBHOOK_SECRET", "REVENTO_WEBHOOK_SECRET_PREVIOUS"),
  };
}

/** Executes the checklist. One try after the other, so that the times that are measured are the integration's own. */
export async function runPreflight(running: Running): Promise<Report> {
  const { target, checkout } = running;
  if (target.isLocal) await fireCrons(target, checkout.root);
  const inside = runInside(target, running.alerts);
  const self = await inside.catch(() => null);
  const tries = triesOf(running, inside, self?.registered.authUrl ?? null);
  const live = new Map<string, Finding>();
  const isWanted = (id: string): boolean => running.only?.includes(id) ?? true;
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
