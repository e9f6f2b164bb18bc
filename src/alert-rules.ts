import * as z from "zod/mini";
import { isAllowedTarget, isLoopbackHost } from "./lib/outgoing-host.ts";

/**
 * The shape of `ALERT_RULES` (docs/alerts.md). It stands beside the manifest's shape because the settings are checked
 * with it before any feature runs.
 */

const word = z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i));
const filled = z.string().check(z.minLength(1), z.maxLength(2000));
const httpUrl = z
  .string()
  .check(z.refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)));
const limit = { per_minute: z.optional(z.int().check(z.gte(1), z.lte(6000))) };

const channelShape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("slack"), name: word, url: httpUrl, ...limit }),
  z.strictObject({
    kind: z.literal("pagerduty"),
    name: word,
    routing_key: filled,
    url: z.optional(httpUrl),
    severity: z.optional(z.enum(["critical", "error", "warning", "info"])),
    ...limit,
  }),
  z.strictObject({
    kind: z.literal("sms"),
    name: word,
    account_sid: filled,
    auth_token: filled,
    from: filled,
    to: filled,
    url: z.optional(httpUrl),
    ...limit,
  }),
  z.strictObject({
    kind: z.literal("email"),
    name: word,
    url: httpUrl,
    token: filled,
    from: filled,
    to: filled,
    ...limit,
  }),
  z.strictObject({ kind: z.literal("webhook"), name: word, url: httpUrl, secret: filled, ...limit }),
]);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const condition = z.union([
  scalar,
  z.strictObject({ in: z.array(scalar).check(z.minLength(1)) }),
  z.strictObject({ not: scalar }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ gte: z.number() }),
  z.strictObject({ lte: z.number() }),
]);

const time = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
const timeZone = z.string().check(z.refine(isTimeZone));

const ruleShape = z
  .strictObject({
    id: word,
    /** An event type or a pattern such as `application.*`; either this or `signal`. */
    on: z.optional(z.string().check(z.regex(/^[a-z_]+\.([a-z_]+|\*)$/))),
    /** An operations signal's name, or `*`. */
    signal: z.optional(z.string().check(z.regex(/^([a-z_]+|\*)$/))),
    /** Paths into `data`, all of which must hold. */
    where: z.optional(z.record(z.string(), condition)),
    /** Event types that end the trouble of the same resource (PagerDuty resolve). */
    resolve_on: z.optional(z.array(z.string().check(z.regex(/^[a-z_]+\.([a-z_]+|\*)$/)))),
    text: z.optional(filled),
    /** Lets the text name fields of the snapshot, which may hold personal data. */
    personal_data: z.optional(z.boolean()),
    quiet_hours: z.optional(z.strictObject({ from: time, to: time, time_zone: timeZone })),
    /** A channel, or the name of one that another rule spells out. */
    channels: z.array(z.union([word, channelShape])).check(z.minLength(1)),
  })
  .check(
    z.refine(
      ({ on, signal }) => (on === undefined) !== (signal === undefined),
      '"on" or "signal", one of the two',
    ),
  );

export type AlertChannel = z.infer<typeof channelShape>;
export type AlertCondition = z.infer<typeof condition>;
export type AlertRule = Omit<z.infer<typeof ruleShape>, "channels"> & {
  /** Names into `AlertRules.channels`. */
  readonly channels: readonly string[];
};
export interface AlertRules {
  readonly rules: readonly AlertRule[];
  readonly channels: ReadonlyMap<string, AlertChannel>;
}

export const NO_ALERT_RULES: AlertRules = { rules: [], channels: new Map() };

/** Fields that every text may name. */
export const SAFE_FIELDS = [
  "rule",
  "type",
  "event_id",
  "organization_id",
  "resource_id",
  "participant_id",
  "status",
  "occurred_at",
  "ops_url",
  "signal",
  "state",
  "text",
  "subject",
] as const;

export type RulesResult =
  | { readonly ok: true; readonly value: AlertRules }
  /** What is wrong and where, without any value: channels hold secrets. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the rules. `isLoopbackAllowed` where our own origin is loopback: plain http to loopback is then allowed, for
 * development and tests; otherwise channels are https only.
 */
export function readAlertRules(input: unknown, isLoopbackAllowed: boolean): RulesResult {
  if (!Array.isArray(input)) return { ok: false, problems: ["not a JSON array"] };
  const parsed = z.array(ruleShape).safeParse(input);
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.map((issue) => describe(input, issue as Issue)) };
  const channels = new Map<string, AlertChannel>();
  const problems: string[] = [];
  const inline = parsed.data
    .flatMap((rule) => rule.channels)
    .filter((channel) => typeof channel !== "string");
  for (const channel of inline) {
    const known = channels.get(channel.name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(channel)) {
      problems.push(`two channels are named ${channel.name}`);
    }
    if (channel.url !== undefined && !isAllowedTarget(new URL(channel.url), isLoopbackAllowed)) {
      problems.push(`channel ${channel.name}: url must be https to a public host`);
    }
    channels.set(channel.name, channel);
  }
  const rules = parsed.data.map((rule) => ({
    ...rule,
    channels: [
      ...new Set(rule.channels.map((channel) => (typeof channel === "string" ? channel : channel.name))),
    ],
  }));
  for (const [index, rule] of rules.entries()) {
    if (rules.findIndex(({ id }) => id === rule.id) !== index)
      problems.push(`two rules have the id ${rule.id}`);
    for (const name of rule.channels) {
      if (!channels.has(name)) problems.push(`rule ${rule.id}: no channel is named ${name}`);
    }
    problems.push(
      ...unsafeFields(rule).map((field) => `rule ${rule.id}: text names ${field}, ${WHY_UNSAFE}`),
    );
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { rules, channels } };
}

const WHY_UNSAFE = 'which is no safe field ("personal_data": true lets it name data.… fields)';

function unsafeFields(rule: Pick<AlertRule, "text" | "personal_data">): string[] {
  return placeholdersOf(rule.text ?? "").filter(
    (field) =>
      !(SAFE_FIELDS as readonly string[]).includes(field) &&
      !(rule.personal_data === true && field.startsWith("data.")),
  );
}

/** Names in `{{…}}`. */
export function placeholdersOf(text: string): string[] {
  return Array.from(text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g), ([, name]) => name ?? "");
}

/** Whether an origin of ours is loopback: what lets a developer's alerts go to a loopback receiver. */
export const isLoopbackOrigin = (origin: string): boolean =>
  URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname);

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly code?: string | undefined;
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
}

/** `rule flagged: channels[0].url: …`: the place and the kind of the problem, never the value. */
function describe(input: readonly unknown[], issue: Issue): string {
  const [index, ...path] = issue.path;
  const rule = input[Number(index)];
  const id =
    typeof rule === "object" && rule !== null && "id" in rule && typeof rule.id === "string" ? rule.id : null;
  const { path: deep, what } = deepest(issue);
  const where = [...path, ...deep].map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  return `rule ${id ?? `number ${Number(index) + 1}`}: ${where.join("").replace(/^\./, "") || "it"}: ${what}`;
}

/** Of a union's alternatives the one that came furthest tells what is wrong. */
function deepest(issue: Issue): { readonly path: readonly PropertyKey[]; readonly what: string } {
  if (issue.code === "unrecognized_keys") return { path: [], what: `unknown: ${issue.keys?.join(", ")}` };
  if (issue.code === "custom") return { path: [], what: issue.message };
  const candidates = (issue.errors ?? []).flatMap((alternative) => alternative.slice(0, 1));
  const [best] = candidates.toSorted((left, right) => right.path.length - left.path.length);
  if (best === undefined) return { path: [], what: "missing or malformed" };
  const inner = deepest(best);
  return { path: [...best.path, ...inner.path], what: inner.what };
}
