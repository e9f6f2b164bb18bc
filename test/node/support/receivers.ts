import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Slack, PagerDuty, Twilio, a mail API and a signed webhook, as their documents say, over real HTTP on loopback. The
 * first path segment is a box, so that tests keep apart. `PUT /{box}/mode` sets how the box answers from now on,
 * `GET /{box}/received` gives what it accepted and refused.
 */
interface Mode {
  /** Answers this instead of what the service would, `times` times (default: for ever). */
  status?: number;
  times?: number;
  retryAfter?: string;
  location?: string;
  /** Never answers. */
  hang?: boolean;
  /** Accepts, then answers 500: the message arrived all the same. */
  acceptThenFail?: boolean;
  /** A bucket of `burst` (default: `perSecond`) refilled so often a second; empty: 429 with `Retry-After: 1`. */
  perSecond?: number;
  burst?: number;
}

interface Answer {
  status: number;
  body: string;
  /** What arrived, where it is well-formed. */
  message?: Record<string, unknown>;
}

interface Box {
  mode: Mode;
  accepted: { at: number; message: Record<string, unknown> }[];
  refused: { status: number; body: string }[];
  tokens: number;
  filledAt: number;
}

const HOOK_SECRET = "test-hook-secret";
const json = (status: number, body: unknown, message?: Record<string, unknown>): Answer => ({
  status,
  body: JSON.stringify(body),
  ...(message === undefined ? {} : { message }),
});

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** docs.slack.dev "Sending messages using incoming webhooks". */
function slack(_: IncomingMessage, text: string): Answer {
  const body = parse(text);
  if (body === null) return { status: 400, body: "invalid_payload" };
  if (typeof body.text !== "string" || body.text === "") return { status: 400, body: "no_text" };
  return { status: 200, body: "ok", message: body };
}

/** developer.pagerduty.com "Send an alert event" (Events API v2). */
function pagerDuty(_: IncomingMessage, text: string): Answer {
  const body = parse(text);
  const payload = (body?.payload ?? {}) as Record<string, unknown>;
  const errors = [
    typeof body?.routing_key === "string" && /^[0-9a-z]{32}$/.test(body.routing_key)
      ? ""
      : "'routing_key' is invalid",
    ["trigger", "acknowledge", "resolve"].includes(String(body?.event_action))
      ? ""
      : "'event_action' is invalid",
    typeof body?.dedup_key === "string" && body.dedup_key.length <= 255 ? "" : "'dedup_key' is invalid",
    typeof payload.summary === "string" && payload.summary.length <= 1024
      ? ""
      : "'payload.summary' is invalid",
    typeof payload.source === "string" ? "" : "'payload.source' is missing",
    ["critical", "error", "warning", "info"].includes(String(payload.severity))
      ? ""
      : "'payload.severity' is invalid",
  ].filter((error) => error !== "");
  if (body === null || errors.length > 0)
    return json(400, { status: "invalid event", message: "Event object is invalid", errors });
  return json(202, { status: "success", message: "Event processed", dedup_key: body.dedup_key }, body);
}

/** www.twilio.com "Messages resource": form-encoded, basic authentication, 201 with a `SM…` id. */
function twilio(request: IncomingMessage, text: string): Answer {
  const account = /\/2010-04-01\/Accounts\/(AC[^/]+)\/Messages\.json$/.exec(request.url ?? "")?.[1];
  if (account === undefined)
    return json(404, { code: 20404, message: "The requested resource was not found" });
  const [, basic = ""] = (request.headers.authorization ?? "").split(" ");
  if (!Buffer.from(basic, "base64").toString().startsWith(`${account}:test-auth`)) {
    return json(401, { code: 20003, message: "Authenticate" });
  }
  const form = Object.fromEntries(new URLSearchParams(text));
  if (!form.To) return json(400, { code: 21604, message: "A 'To' phone number is required." });
  if (!form.Body || form.Body.length > 1600)
    return json(400, { code: 21617, message: "The message body is invalid" });
  return json(201, { sid: "SM00000000000000000000000000000000", status: "queued" }, form);
}

function mail(request: IncomingMessage, text: string): Answer {
  const body = parse(text);
  if (request.headers.authorization !== "Bearer test-mail-token")
    return json(401, { name: "missing_api_key" });
  if (body === null || !Array.isArray(body.to)) return json(422, { name: "missing_required_field" });
  return json(200, { id: "mail_1" }, { ...body, idempotencyKey: request.headers["idempotency-key"] });
}

function hook(request: IncomingMessage, text: string): Answer {
  const { "x-timestamp": timestamp, "x-signature": signature } = request.headers;
  const expected = createHmac("sha256", HOOK_SECRET).update(`${timestamp}.${text}`).digest("hex");
  if (signature !== `sha256=${expected}`) return json(401, { error: "bad signature" });
  return json(200, {}, parse(text) ?? {});
}

const services: Readonly<Record<string, (request: IncomingMessage, text: string) => Answer>> = {
  slack,
  pagerduty: pagerDuty,
  twilio,
  mail,
  hook,
};

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const boxes = new Map<string, Box>();

function boxNamed(name: string): Box {
  const box = boxes.get(name) ?? {
    mode: {},
    accepted: [],
    refused: [],
    tokens: Number.POSITIVE_INFINITY,
    filledAt: 0,
  };
  boxes.set(name, box);
  return box;
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, name = "", service = ""] = (request.url ?? "").split("/");
  const box = boxNamed(name);
  const text = await readBody(request);
  if (service === "mode") {
    box.mode = (parse(text) ?? {}) as Mode;
    return void response.writeHead(204).end();
  }
  if (service === "received") {
    const { accepted, refused } = box;
    return void response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ accepted, refused }));
  }
  if (request.method !== "POST") return void response.writeHead(405).end();
  const answer = decide(box, services[service]?.(request, text) ?? json(404, {}));
  if (answer === null) return;
  const { retryAfter, location } = answer.status >= 300 ? box.mode : {};
  response
    .writeHead(answer.status, {
      ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
      ...(answer.status === 429 && retryAfter === undefined ? { "retry-after": "1" } : {}),
      ...(location === undefined ? {} : { location }),
    })
    .end(answer.body);
}

/** What the box answers in its mode; null: nothing, ever. */
function decide(box: Box, answer: Answer): Answer | null {
  const { mode } = box;
  const accept = (): void => {
    if (answer.message !== undefined) box.accepted.push({ at: Date.now(), message: answer.message });
  };
  const refuse = (refusal: Answer): Answer => {
    box.refused.push({ status: refusal.status, body: refusal.body });
    return refusal;
  };
  if (mode.hang === true) return null;
  if (mode.status !== undefined && (mode.times ?? 1) > 0) {
    if (mode.times !== undefined) mode.times--;
    return refuse({ status: mode.status, body: "" });
  }
  if (mode.perSecond !== undefined && !takeToken(box, mode.perSecond, mode.burst ?? mode.perSecond)) {
    return refuse({ status: 429, body: "rate_limited" });
  }
  if (answer.message === undefined) return refuse(answer);
  accept();
  return mode.acceptThenFail === true ? { status: 500, body: "" } : answer;
}

function takeToken(box: Box, perSecond: number, burst: number): boolean {
  // A clock that nobody sets: a step of the wall clock would empty or fill the bucket.
  const now = performance.now();
  box.tokens = Math.min(burst, box.tokens + ((now - box.filledAt) / 1000) * perSecond);
  box.filledAt = now;
  if (box.tokens < 1) return false;
  box.tokens--;
  return true;
}

/** Starts the receivers on a free port. */
export async function startReceivers(): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void handle(request, response));
  // Longer than any pause of a test: a connection closed just as it is used again loses an answer, and repeats a message.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
