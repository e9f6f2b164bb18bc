import { createHash } from "node:crypto";
import { type Expectation, expectStatus, judge, type Try } from "../finding.ts";
import { type Answer, askApi, type Target } from "../target.ts";
import { fetchSelfTest } from "./inside.ts";

/** No event has this id: Revento is never asked for it, because no browser follows. */
const EVENT = "evt_self_test";

interface Begun {
  readonly query: URLSearchParams;
  readonly cookie: string;
  readonly answer: Answer;
}

async function begin(target: Target, path: string): Promise<Begun> {
  const answer = await target.send(path, { headers: { accept: "text/html" } });
  const location = answer.headers.get("location") ?? "";
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
  const query = URL.canParse(location) ? new URL(location).searchParams : new URLSearchParams();
  return { query, cookie, answer };
}

const come = (target: Target, query: string, cookie = "", language = "en"): Promise<Answer> =>
  target.send(`/connect/callback?${query}`, {
    headers: { accept: "text/html", "accept-language": language, ...(cookie === "" ? {} : { cookie }) },
  });

const isRefused = ({ status }: Answer): boolean => status >= 400 && status < 500;
const signsIn = ({ headers }: Answer): boolean =>
  headers.getSetCookie().some((line) => line.startsWith("__Host-revento-organizer"));

function refused(what: string, answer: Answer): Expectation {
  const problem = signsIn(answer) ? "signed in" : isRefused(answer) ? null : `answered ${answer.status}`;
  return { what: `${what} → refused`, problem };
}

export const stateValidated: Try = async (target) => {
  const { query, cookie } = await begin(target, `/connect?event_id=${EVENT}`);
  const other = await begin(target, `/connect?event_id=${EVENT}`);
  const state = query.get("state") ?? "";
  const decline = (value: string): string => `error=access_denied&state=${value}`;
  const expectations = [
    {
      what: "each start has a state of its own",
      problem: state.length >= 22 && state !== other.query.get("state") ? null : "it is short or the same",
    },
    refused("no state", await come(target, "code=forged", cookie)),
    refused("a made-up state", await come(target, "code=forged&state=made-up", cookie)),
    refused("a right state in another browser", await come(target, decline(state))),
    refused("a right state with another flow's cookie", await come(target, decline(state), other.cookie)),
    expectStatus(
      "the right state in its own browser",
      (await come(target, decline(state), cookie)).status,
      200,
    ),
    refused("the same state a second time", await come(target, `code=forged&state=${state}`, cookie)),
  ];
  return judge(expectations, "Look at src/flows: one state, one browser, one time.");
};

const LANGUAGES = [
  ["en", /Try again/],
  ["pl", /Spróbuj ponownie/],
] as const;

/** Clicks “Cancel” on the consent page, in both languages. */
export const declinedConsent: Try = async (target) => {
  const expectations: Expectation[] = [];
  for (const [language, retry] of LANGUAGES) {
    const { query, cookie } = await begin(target, `/connect?event_id=${EVENT}`);
    const page = await come(target, `error=access_denied&state=${query.get("state")}`, cookie, language);
    const isAutomatic = page.headers.has("location") || /http-equiv=.?refresh/i.test(page.text);
    expectations.push(
      expectStatus(`declined page (${language})`, page.status, 200),
      {
        what: `it is in ${language}`,
        problem: page.text.includes(`lang="${language}"`) ? null : "another language",
      },
      { what: "it offers to try again", problem: retry.test(page.text) ? null : "no such button" },
      { what: "it never retries by itself", problem: isAutomatic ? "it does" : null },
    );
  }
  return judge(expectations, "Look at the declined page in src/flows.");
};

/** Every word in the answer that could be the verifier: none may hash to the challenge. */
const couldBeVerifier = (text: string): readonly string[] => text.match(/[\w.~-]{43,128}/g) ?? [];
const s256 = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url");

export const pkceStays: Try = async (target) => {
  const { query, answer } = await begin(target, `/connect?event_id=${EVENT}`);
  const challenge = query.get("code_challenge") ?? "";
  const everything = [answer.text, ...[...answer.headers].map(([, value]) => decodeURIComponent(value))].join(
    "\n",
  );
  const leaked = couldBeVerifier(everything).some((word) => s256(word) === challenge);
  return judge(
    [
      {
        what: "the challenge is S256",
        problem:
          query.get("code_challenge_method") === "S256" && challenge.length === 43 ? null : "it is not",
      },
      {
        what: "no code_verifier goes to the browser",
        problem: leaked || query.has("code_verifier") ? "it does" : null,
      },
    ],
    "Keep the verifier sealed on the backend.",
  );
};

/** An event that is connected: Login with Revento starts only there. Null where there is none, or nobody to ask. */
async function connectedEvent(target: Target): Promise<string | null> {
  if (target.operatorToken === null) return null;
  const { status, text } = await askApi(target, "GET", "/api/connections?status=active&limit=1");
  const list = status === 200 ? (JSON.parse(text) as { data: { event_id: string }[] }) : { data: [] };
  return list.data[0]?.event_id ?? null;
}

async function redirectOf(target: Target, kind: "connect" | "login", eventId: string): Promise<Expectation> {
  const { query } = await begin(target, `/${kind}?event_id=${encodeURIComponent(eventId)}`);
  const wanted = `${target.url}/${kind}/callback`;
  const sent = query.get("redirect_uri") ?? "none";
  return { what: `${kind} sends ${wanted}`, problem: sent === wanted ? null : `it sends ${sent}` };
}

/** What Revento compares byte for byte is what this address registered. Login is tried where an event is connected. */
export const redirectUris: Try = async (target) => {
  const eventId = await connectedEvent(target);
  const expectations = [await redirectOf(target, "connect", EVENT)];
  if (eventId !== null) expectations.push(await redirectOf(target, "login", eventId));
  const { registered } = await fetchSelfTest(target);
  for (const kind of ["connect", "login"]) {
    const wanted = `${target.url}/${kind}/callback`;
    const isSame = registered.redirectUris.includes(wanted);
    expectations.push({ what: `${wanted} is what the settings say`, problem: isSame ? null : "it is not" });
  }
  return judge(
    expectations,
    "PUBLIC_URL has to be the address that people use, and that is registered with Revento.",
  );
};
