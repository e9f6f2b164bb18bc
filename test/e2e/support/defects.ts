import { sign } from "../../../scripts/preflight/deliver.ts";
import { type Answering, type Defect, type Passing, setHeader } from "./faulty-proxy.ts";

/** What a defect needs to know to do harm. */
export interface Known {
  readonly webhookSecret: string;
  readonly clientSecret: string;
  readonly operatorToken: string;
}

const isWebhook = ({ path }: Passing): boolean => path === "/webhooks/revento";
const ACCEPTED: Answering = { status: 200, headers: [], body: "accepted" };

/** Signs again, as if the check were not there. */
function signAgain(passing: Passing, secret: string): void {
  const timestamp = String(Math.floor(Date.now() / 1000));
  passing.headers["x-revento-timestamp"] = timestamp;
  passing.headers["x-revento-signature"] = `sha256=${sign(secret, timestamp, passing.body.toString())}`;
}

const onWebhook = (
  change: (passing: Passing) => Answering | undefined | Promise<Answering | undefined>,
): Defect => ({
  before: (passing) => (isWebhook(passing) ? change(passing) : undefined),
});

const onPath = (path: string, change: (answering: Answering, passing: Passing) => void): Defect => ({
  after(answering, passing) {
    if (passing.path.split("?", 1)[0] === path) change(answering, passing);
  },
});

const changeLocation =
  (change: (location: URL) => void): Defect["after"] =>
  (answering) => {
    const location = answering.headers.find(([name]) => name === "location")?.[1];
    if (location === undefined || !location.includes("/oauth/authorize")) return;
    const url = new URL(location);
    change(url);
    setHeader(answering, "location", url.href);
  };

const leak = (secret: string): Defect => ({
  after: (answering) => setHeader(answering, "x-debug", secret),
});

/** What is wrong, the harm itself, and what the line has to say of it: that it is red for another reason is no proof. */
export type Planted = readonly [what: string, defect: Defect, evidence: RegExp];

/** One defect for each line that is tried from outside, by the line's id. */
export function defectsOf(known: Known): Readonly<Record<string, Planted>> {
  return {
    "signature-fails-closed": [
      "takes in what is not signed",
      onWebhook((passing) => {
        if (passing.headers["x-revento-signature"] === undefined) signAgain(passing, known.webhookSecret);
        return undefined;
      }),
      /no signature → 401: answered 200/,
    ],
    "stale-rejected": [
      "does not look at the timestamp",
      onWebhook((passing) => {
        signAgain(passing, known.webhookSecret);
        return undefined;
      }),
      /6 minutes ago → 401: answered 200/,
    ],
    "answers-in-10-s": [
      "works before it answers",
      onWebhook(async () => {
        await new Promise((resolve) => setTimeout(resolve, 10_100));
        return ACCEPTED;
      }),
      /over 10000 ms/,
    ],
    deduplicates: [
      "takes every repeat for something new",
      onWebhook((passing) => {
        const body = JSON.parse(passing.body.toString()) as { id: string };
        passing.body = Buffer.from(JSON.stringify({ ...body, id: `${body.id}-${Math.random()}` }));
        signAgain(passing, known.webhookSecret);
        return undefined;
      }),
      /recorded once: recorded 3 times/,
    ],
    traceable: [
      "forgets request ids",
      onWebhook((passing) => {
        delete passing.headers["x-revento-request-id"];
        return undefined;
      }),
      /X-Revento-Request-Id: 0 entries/,
    ],
    "oversized-refused": [
      "has no limit",
      onWebhook(({ body }) => (body.length > 1_000_000 ? ACCEPTED : undefined)),
      /over 1 MB → 413: answered 200/,
    ],
    "declined-consent": [
      "sends whoever declined straight back",
      onPath("/connect/callback", (answering) => {
        if (answering.status !== 200) return;
        answering.status = 302;
        setHeader(answering, "location", "/connect");
      }),
      /never retries by itself: it does/,
    ],
    "state-validated": [
      "does not look at the state",
      onPath("/connect/callback", (answering) => {
        answering.status = 200;
      }),
      /a made-up state → refused: answered 200/,
    ],
    "pkce-stays": [
      "sends the verifier along",
      {
        after: changeLocation((url) => url.searchParams.set("code_verifier", "v".repeat(43))) as NonNullable<
          Defect["after"]
        >,
      },
      /no code_verifier goes to the browser: it does/,
    ],
    "redirect-uris": [
      "adds a slash",
      {
        after: changeLocation((url) =>
          url.searchParams.set("redirect_uri", `${url.searchParams.get("redirect_uri")}/`),
        ) as NonNullable<Defect["after"]>,
      },
      /connect sends \S+: it sends \S+\/connect\/callback\//,
    ],
    headers: [
      "has no policy for scripts",
      { after: (answering) => setHeader(answering, "content-security-policy", null) },
      /content-security-policy: missing/,
    ],
    "operator-only": [
      "lets everybody in",
      {
        before(passing) {
          passing.headers.authorization = `Bearer ${known.operatorToken}`;
          return undefined;
        },
      },
      /\/api\/connections without a token → 401: answered 200/,
    ],
    "client-secret-kept": [
      "tells the client secret",
      leak(known.clientSecret),
      /nor in any of \d+ answers of the integration: REVENTO_CLIENT_SECRET is$/,
    ],
    "webhook-secret-kept": [
      "tells the signing secret",
      leak(known.webhookSecret),
      /nor in any of \d+ answers of the integration: REVENTO_WEBHOOK_SECRET is$/,
    ],
  };
}
