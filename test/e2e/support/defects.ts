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

/** A self-test that says that a check failed. That the checks themselves can fail is shown in `test/launch`. */
const failingInside = (id: string): Defect => ({
  after(answering, { method, path }) {
    if (method !== "GET" || path !== "/api/self-test" || answering.status !== 200) return;
    const told = JSON.parse(answering.body) as { checks: { id: string; ok: boolean; person?: true }[] };
    const checks = told.checks.map((check) => {
      if (check.id !== id) return check;
      const { person, ...rest } = check;
      return { ...rest, ok: false };
    });
    answering.body = JSON.stringify({ ...told, checks });
  },
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

/** One defect for each line that is tried from outside, by the line's id. */
export function defectsOf(known: Known): Readonly<Record<string, readonly [what: string, defect: Defect]>> {
  return {
    "signature-fails-closed": [
      "takes in what is not signed",
      onWebhook((passing) => {
        if (passing.headers["x-revento-signature"] === undefined) signAgain(passing, known.webhookSecret);
        return undefined;
      }),
    ],
    "stale-rejected": [
      "does not look at the timestamp",
      onWebhook((passing) => {
        signAgain(passing, known.webhookSecret);
        return undefined;
      }),
    ],
    "answers-in-10-s": [
      "works before it answers",
      onWebhook(async () => {
        await new Promise((resolve) => setTimeout(resolve, 10_100));
        return ACCEPTED;
      }),
    ],
    deduplicates: [
      "takes every repeat for something new",
      onWebhook((passing) => {
        const body = JSON.parse(passing.body.toString()) as { id: string };
        passing.body = Buffer.from(JSON.stringify({ ...body, id: `${body.id}-${Math.random()}` }));
        signAgain(passing, known.webhookSecret);
        return undefined;
      }),
    ],
    traceable: [
      "forgets request ids",
      onWebhook((passing) => {
        delete passing.headers["x-revento-request-id"];
        return undefined;
      }),
    ],
    "oversized-refused": [
      "has no limit",
      onWebhook(({ body }) => (body.length > 1_000_000 ? ACCEPTED : undefined)),
    ],
    "declined-consent": [
      "sends whoever declined straight back",
      onPath("/connect/callback", (answering) => {
        if (answering.status !== 200) return;
        answering.status = 302;
        setHeader(answering, "location", "/connect");
      }),
    ],
    "state-validated": [
      "does not look at the state",
      onPath("/connect/callback", (answering) => {
        answering.status = 200;
      }),
    ],
    "pkce-stays": [
      "sends the verifier along",
      {
        after: changeLocation((url) => url.searchParams.set("code_verifier", "v".repeat(43))) as NonNullable<
          Defect["after"]
        >,
      },
    ],
    "redirect-uris": [
      "adds a slash",
      {
        after: changeLocation((url) =>
          url.searchParams.set("redirect_uri", `${url.searchParams.get("redirect_uri")}/`),
        ) as NonNullable<Defect["after"]>,
      },
    ],
    headers: [
      "has no policy for scripts",
      { after: (answering) => setHeader(answering, "content-security-policy", null) },
    ],
    "operator-only": [
      "lets everybody in",
      {
        before(passing) {
          passing.headers.authorization = `Bearer ${known.operatorToken}`;
          return undefined;
        },
      },
    ],
    "client-secret-kept": ["tells the client secret", leak(known.clientSecret)],
    "webhook-secret-kept": ["tells the signing secret", leak(known.webhookSecret)],
    healthy: [
      "is another version",
      onPath("/healthz", (answering) => {
        answering.body = JSON.stringify({ status: "ok", version: "0.0.1" });
      }),
    ],
    clock: [
      "lives an hour ago",
      onPath("/api/self-test", (answering, { method }) => {
        if (method !== "GET") return;
        const told = JSON.parse(answering.body) as Record<string, unknown>;
        answering.body = JSON.stringify({ ...told, now: new Date(Date.now() - 3_600_000).toISOString() });
      }),
    ],
    "encryption-at-rest": ["does not seal", failingInside("sealing")],
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
      ].map((id) => [id, ["says so itself", failingInside(id)] as const]),
    ),
  };
}
