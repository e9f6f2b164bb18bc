import { askPerson, type Expectation, expectStatus, judge, type Try } from "../finding.ts";
import type { Answer } from "../target.ts";
import { fetchSelfTest, type Inside } from "./inside.ts";

const headerExpectation = (answer: Answer, name: string, wanted: RegExp): Expectation => {
  const value = answer.headers.get(name);
  return { what: name, problem: value === null ? "missing" : wanted.test(value) ? null : `is ${value}` };
};

/** Headers that a page needs to be safe in a browser. */
export const headers: Try = async (target) => {
  const page = await target.send("/", { headers: { accept: "text/html" } });
  return judge(
    [
      expectStatus("GET /", page.status, 200),
      headerExpectation(page, "content-security-policy", /default-src[^;]*'(none|self)'.*frame-ancestors/s),
      headerExpectation(page, "x-content-type-options", /^nosniff$/),
      headerExpectation(page, "referrer-policy", /no-referrer|same-origin|strict-origin/),
      {
        what: "no inline script is allowed",
        problem: /script-src[^;]*'unsafe-inline'/.test(page.headers.get("content-security-policy") ?? "")
          ? "it is"
          : null,
      },
    ],
    "Look at src/ui/security.ts.",
  );
};

export const https: Try = async (target) => {
  if (target.isLocal) {
    return askPerson("this is a local instance, reached by http", "Run it against the public address.");
  }
  const page = await target.send("/", { headers: { accept: "text/html" } });
  const isHttps: Expectation = {
    what: "the address is https",
    problem: target.url.startsWith("https://") ? null : target.url,
  };
  return judge(
    [isHttps, headerExpectation(page, "strict-transport-security", /max-age=\d{7,}/)],
    "Serve it by https alone.",
  );
};

const PROTECTED = [
  "/api/connections",
  "/api/self-test",
  "/api/dead-letters",
  "/api/erasures",
  "/api/metrics",
];

export const operatorOnly: Try = async (target) => {
  const expectations: Expectation[] = [];
  for (const path of PROTECTED) {
    const stranger = await target.send(path);
    const wrong = await target.send(path, { headers: { authorization: `Bearer ${"x".repeat(43)}` } });
    expectations.push(
      expectStatus(`${path} without a token`, stranger.status, 401),
      expectStatus(`${path} with a wrong token`, wrong.status, 401),
    );
  }
  const ops = await target.send("/ops", { headers: { accept: "text/html" } });
  expectations.push({
    what: "/ops shows a stranger nothing",
    problem: [301, 302, 303, 401, 403].includes(ops.status) ? null : `answered ${ops.status}`,
  });
  return judge(expectations, "Look at the guard of src/api and src/operator.");
};

/** Revento allows 300 s; more than this is on the way to losing deliveries. */
const MAX_SKEW_MS = 30_000;

/** How far a time lies outside of the interval in which it was told. A `Date` header is cut off to the second. */
const skewOf = (told: string | null, from: number, to: number): number => {
  const at = Date.parse(told ?? "");
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : Math.max(0, from - 1_000 - at, at - to);
};

const clockExpectation = (whose: string, skewMs: number): Expectation => ({
  what: `${whose} within ${MAX_SKEW_MS / 1000} s of the caller`,
  problem:
    skewMs <= MAX_SKEW_MS
      ? null
      : Number.isFinite(skewMs)
        ? `${Math.round(skewMs / 1000)} s off`
        : "tells no time",
});

/** The integration's clock against the caller's; Revento's against both, where it can be reached. */
export const clock =
  ({ atOnce }: Inside): Try =>
  async (target) => {
    const { registered } = await atOnce();
    const from = target.now();
    const { now } = await fetchSelfTest(target);
    const own = clockExpectation("the integration", skewOf(now, from, target.now()));
    const began = target.now();
    const answer = await fetch(registered.authUrl, {
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    }).catch(() => null);
    await answer?.body?.cancel();
    const date = answer?.headers.get("date") ?? null;
    return judge([own, clockExpectation("Revento", skewOf(date, began, target.now()))], CLOCK_TODO);
  };

const CLOCK_TODO = "Set the clock of this machine, or tell Revento.";
