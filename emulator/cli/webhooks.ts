import { isJson, type Json } from "./call.ts";
import { type Command, flag, type Input, type Output, toggle } from "./command.ts";
import { CommandFailed, UsageError } from "./failure.ts";
import { done, rowsOf, table, word } from "./format.ts";

const SUBJECTS = ["event", "participant", "activity", "thread", "location"] as const;
const FOLLOW_MS = 1000;

const HEADINGS = ["ID", "OCCURRED", "STATUS", "TRIES", "ANSWER", "TYPE"];
const columns = (row: Json): unknown[] => [
  row.id,
  row.occurred_at,
  row.status,
  row.attempts,
  row.last_error ?? row.last_status,
  row.type,
];

function listText(json: Json): string {
  const rows = rowsOf(json);
  const text = table(HEADINGS, rows.map(columns), "No delivery.");
  return rows.length < Number(json.total) ? `${text}\n${rows.length} of ${word(json.total)}` : text;
}

/** One delivery with its tries. */
function oneText(json: Json): string {
  const attempts = Array.isArray(json.attempts) ? json.attempts.filter(isJson) : [];
  const tries = attempts.map(({ number, at, answer, error, duration_ms: ms }) => {
    const outcome = error ?? (isJson(answer) ? `${word(answer.status)} ${word(answer.body)}` : "no answer");
    return `  ${word(number)}  ${word(at)}  ${word(ms)} ms  ${word(outcome)}`;
  });
  return [`${word(json.type)} ${word(json.id)}: ${word(json.status)}`, ...tries, "", word(json.body)].join(
    "\n",
  );
}

function queryOf({ flags }: Input): string {
  const query = new URLSearchParams({ limit: flags.text("limit") ?? "20" });
  for (const [name, value] of [
    ["status", flags.text("status")],
    ["type", flags.text("type")],
    ["event_id", flags.text("event")],
  ] as const) {
    if (value !== undefined) query.set(name, value);
  }
  return query.toString();
}

/** Prints every delivery once, and again when something has become of it. Ends with Ctrl-C. */
async function follow(input: Input): Promise<never> {
  const seen = new Map<string, string>();
  for (;;) {
    const rows = rowsOf(await input.call("GET", `/deliveries?${queryOf(input)}`)).reverse();
    for (const row of rows) {
      const state = `${word(row.status)} ${word(row.attempts)}`;
      if (seen.get(word(row.id)) === state) continue;
      seen.set(word(row.id), state);
      input.print({ json: row, text: columns(row).map(word).join("  ") });
    }
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
  }
}

async function deliveries(input: Input): Promise<Output> {
  const [id] = input.args;
  if (id !== undefined) {
    const json = await input.call("GET", `/deliveries/${encodeURIComponent(id)}`);
    return { json, text: oneText(json) };
  }
  if (input.flags.is("follow")) return follow(input);
  const json = await input.call("GET", `/deliveries?${queryOf(input)}`);
  return { json, text: listText(json) };
}

async function replay({ args, flags, call }: Input): Promise<Output> {
  const [id] = args;
  if ((id === undefined) !== flags.is("dead"))
    throw new UsageError("replay takes a delivery's id, or --dead");
  if (id !== undefined) {
    const json = await call("POST", `/deliveries/${encodeURIComponent(id)}/replay`);
    return { json, text: `${id} is sent again` };
  }
  const type = flags.text("type");
  const json = await call("POST", "/deliveries/replay", type === undefined ? {} : { type });
  return { json, text: `${word(json.replayed)} dead letters are sent again` };
}

async function trigger({ args: [type = ""], flags, call }: Input): Promise<Output> {
  const subject = SUBJECTS.flatMap((name) => {
    const value = flags.text(name);
    return value === undefined ? [] : [[`${name}_id`, value]];
  });
  const body = {
    type,
    ...Object.fromEntries(subject),
    ...(flags.is("only-send") ? { only_send: true } : {}),
  };
  const json = await call("POST", "/trigger", body);
  const webhooks = Array.isArray(json.webhooks) ? json.webhooks.filter(isJson) : [];
  const isSent = webhooks.some(({ not_sent: why }) => why === null);
  if (!isSent) throw new CommandFailed(done(type, json));
  return { json, text: done(type, json) };
}

export const WEBHOOK_COMMANDS: Record<string, Command> = {
  trigger: {
    group: "Do",
    args: "TYPE",
    about: "Make a webhook of a type happen, by doing what it follows from",
    takes: [1, 1],
    flags: {
      ...Object.fromEntries(
        SUBJECTS.map((name) => [name, flag(`Which ${name}; default: one that fits`, "ID")]),
      ),
      "only-send": toggle("Send the snapshot of now, and change nothing"),
    },
    run: trigger,
  },
  deliveries: {
    group: "Look",
    args: "[ID]",
    about: "Webhooks, newest first; or one with all its tries",
    takes: [0, 1],
    flags: {
      status: flag("pending, held, sending, retrying, delivered, dead or lost"),
      type: flag("An event type"),
      event: flag("An event", "ID"),
      limit: flag("How many; default 20", "N"),
      follow: toggle("Go on and print what happens"),
    },
    run: deliveries,
  },
  replay: {
    group: "Do",
    args: "[ID]",
    about: "Send a delivery again, with the same id and body",
    takes: [0, 1],
    flags: { dead: toggle("All dead letters"), type: flag("With --dead: only this type") },
    run: replay,
  },
  deliver: {
    group: "Do",
    about: "Deliver everything that is due, and wait for the answers",
    run: async ({ call }) => ({
      json: await call("POST", "/deliveries/deliver-due"),
      text: "Everything due was tried.",
    }),
  },
};
