import { type Delivering, deliver, makeDelivery } from "../deliver.ts";
import { type Expectation, expectStatus, judge, type Try } from "../finding.ts";
import { type Answer, askApi, type Target } from "../target.ts";

const REFUSE = "Look at src/webhooks: nothing may be taken in that is not signed, fresh and small.";

type Case = readonly [what: string, how: Delivering, wanted: number];

async function tryAll(target: Target, cases: readonly Case[]): Promise<Expectation[]> {
  const expectations: Expectation[] = [];
  for (const [what, how, wanted] of cases) {
    const answer = await deliver(target, makeDelivery(target.now()), how);
    expectations.push(expectStatus(what, answer.status, wanted));
  }
  return expectations;
}

const without = (name: string): Delivering => ({ change: (headers) => delete headers[name] });

/** One right delivery, so that refusing everything is no proof; then every way to be wrong. */
export const signatureFailsClosed: Try = async (target) => {
  const flipped: Delivering = {
    change: (headers) => {
      const signature = headers["x-revento-signature"] ?? "";
      headers["x-revento-signature"] = signature.slice(0, -1) + (signature.endsWith("0") ? "1" : "0");
    },
  };
  const cases: readonly Case[] = [
    ["rightly signed", {}, 200],
    ["no signature", without("x-revento-signature"), 401],
    ["no timestamp", without("x-revento-timestamp"), 401],
    ["no delivery id", without("x-revento-delivery-id"), 401],
    ["empty signature", { change: (headers) => (headers["x-revento-signature"] = "sha256=") }, 401],
    ["one digit off", flipped, 401],
    ["another secret", { secret: "not-the-signing-secret" }, 401],
    ["tampered body", { body: makeDelivery(target.now()).body }, 401],
  ];
  return judge(await tryAll(target, cases), REFUSE);
};

export const staleRejected: Try = async (target) =>
  judge(
    await tryAll(target, [
      ["signed 4 minutes ago", { skewS: -240 }, 200],
      ["signed 6 minutes ago", { skewS: -360 }, 401],
      ["signed 6 minutes ahead", { skewS: 360 }, 401],
      ["signed in 2020", { skewS: Math.floor(1_577_836_800 - target.now() / 1000) }, 401],
    ]),
    REFUSE,
  );

/** One byte over the limit, rightly signed; and, so that the limit is not simply zero, one of 100 KB. */
export const oversizedRefused: Try = async (target) => {
  const large = await deliver(target, makeDelivery(target.now(), "x".repeat(1_048_576)));
  const usual = await deliver(target, makeDelivery(target.now(), "x".repeat(100_000)));
  return judge(
    [expectStatus("over 1 MB", large.status, 413), expectStatus("100 KB", usual.status, 200)],
    REFUSE,
  );
};

/** Revento's limit (seed `000`). */
const LIMIT_MS = 10_000;
const DELIVERIES = 20;

export const answersInTime: Try = async (target) => {
  const answers: Answer[] = [];
  for (let index = 0; index < DELIVERIES; index += 1) {
    const answer = await deliver(target, makeDelivery(target.now(), "x".repeat(index * 1_000)));
    answers.push(answer);
    if (answer.durationMs >= LIMIT_MS) break;
  }
  const times = answers.map(({ durationMs }) => Math.round(durationMs)).sort((a, b) => a - b);
  const slowest = times.at(-1) ?? Number.POSITIVE_INFINITY;
  const refused = answers.filter(({ status }) => status !== 200).length;
  const what = `${answers.length} deliveries acknowledged, median ${times[Math.floor(times.length / 2)]} ms, slowest ${slowest} ms`;
  const problem = refused > 0 ? `${refused} refused` : slowest >= LIMIT_MS ? `over ${LIMIT_MS} ms` : null;
  return judge(
    [{ what, problem }],
    "Nothing but checks and one send to the queue may stand before the answer.",
  );
};

const POLL_MS = 250;

/** What the integration knows under an id, once it knows anything; null where nothing comes. */
async function traceOf(target: Target, id: string, patienceMs = target.patienceMs): Promise<string | null> {
  const deadline = performance.now() + patienceMs;
  do {
    const answer = await askApi(target, "GET", `/api/trace/${id}`);
    if (answer.status === 200 && answer.text.includes('"delivery"')) return answer.text;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  } while (performance.now() < deadline);
  return null;
}

interface TraceEntry {
  readonly kind: string;
}

const deliveriesIn = (trace: string | null): number =>
  trace === null
    ? 0
    : (JSON.parse(trace) as { entries: TraceEntry[] }).entries.filter(({ kind }) => kind === "delivery")
        .length;

/** The same delivery three times, and once more under another delivery id with the same signed body. */
export const deduplicates: Try = async (target) => {
  const delivery = makeDelivery(target.now());
  const answers = [
    await deliver(target, delivery),
    await deliver(target, delivery),
    await deliver(target, delivery),
  ];
  // Sent last: where it is known, those before it have been worked on too.
  const last = makeDelivery(target.now());
  await deliver(target, last);
  await traceOf(target, last.deliveryId);
  const recorded = deliveriesIn(await traceOf(target, delivery.deliveryId));
  return judge(
    [
      ...answers.map(({ status }, index) => expectStatus(`delivery ${index + 1} of the same`, status, 200)),
      { what: "recorded once", problem: recorded === 1 ? null : `recorded ${recorded} times` },
    ],
    "Look at the consumer: a repeat changes nothing.",
  );
};

/** A delivery is found again by the request id that it carried. */
export const traceable: Try = async (target) => {
  const delivery = makeDelivery(target.now());
  await deliver(target, delivery);
  const byRequest = deliveriesIn(await traceOf(target, delivery.requestId));
  const byDelivery = deliveriesIn(await traceOf(target, delivery.deliveryId));
  const found = (count: number): string | null => (count === 1 ? null : `${count} entries`);
  return judge(
    [
      { what: "a delivery is found by its X-Revento-Request-Id", problem: found(byRequest) },
      { what: "and by its delivery id", problem: found(byDelivery) },
    ],
    "GET /api/trace/{id} has to know every request id.",
  );
};

/** Removes what the tries above left in the record of deliveries, and sees that nothing is left. */
export const leavesNoTrace: Try = async (target) => {
  const delivery = makeDelivery(target.now());
  await deliver(target, delivery);
  await traceOf(target, delivery.deliveryId);
  const removal = await askApi(target, "DELETE", "/api/self-test/deliveries");
  const left = deliveriesIn(await traceOf(target, delivery.deliveryId, 0));
  return judge(
    [
      expectStatus("self-test deliveries removed", removal.status, 200),
      { what: "nothing is left of them", problem: left === 0 ? null : `${left} entries` },
    ],
    "DELETE /api/self-test/deliveries has to remove them.",
  );
};
