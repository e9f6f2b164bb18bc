import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COMMANDS } from "../../../emulator/cli/main.ts";
import { type Server, startServer } from "../../../emulator/node.ts";
import { freePorts } from "../support/ports.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const received: string[] = [];
let server: Server;
let eventId: string;

beforeAll(async () => {
  const answer: typeof fetch = async (_, init) => {
    received.push(String(init?.body));
    return new Response("ok");
  };
  server = await startServer({ EMULATOR_PORT: "0", EMULATOR_SEED: "3" }, { fetch: answer });
  const [event] = server.emulator.state.store.events.values();
  eventId = event?.id ?? "";
  server.emulator.settings.deliver_undeclared = true;
  server.emulator.state.connections.open({
    event_id: eventId,
    organization_id: event?.organization_id ?? "",
    status: "active",
    reason: null,
    connected_by: "usr_organizer",
    connected_at: new Date().toISOString(),
    ended_at: null,
    granted_scopes: [],
    consented_manifest: [],
  });
});

afterAll(() => server.close());

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command line as a process of its own, against the server of this file unless told otherwise. */
function cli(args: string[], env: Record<string, string> = { EMULATOR_URL: server.url }): Promise<Ended> {
  const child = spawn(process.execPath, ["emulator/cli.ts", ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended: Ended = { code: null, out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (ended.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (ended.err += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ ...ended, code })));
}

async function json(...args: string[]) {
  const { code, out, err } = await cli([...args, "--json"]);
  expect(err).toBe("");
  expect(code).toBe(0);
  return JSON.parse(out) as Record<string, unknown>;
}

function pendingId(): string {
  const event = server.emulator.state.store.events.get(eventId);
  const waits = event?.participants
    .all()
    .find(({ status, cancelled_at: gone }) => status === "pending" && !gone);
  if (!waits) throw new Error("nobody waits");
  return waits.id;
}

const statusOf = (id: string) =>
  server.emulator.state.store.events.get(eventId)?.participants.get(id)?.status;

test("--help names every command, and each command explains its flags", async () => {
  const { code, out } = await cli(["--help"], {});
  expect(code).toBe(0);
  for (const name of Object.keys(COMMANDS)) expect(out).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  const fault = await cli(["fault", "--help"], {});
  expect(fault.code).toBe(0);
  expect(fault.out).toContain("--endpoint NAME");
});

test("status says what runs, to people and to scripts", async () => {
  const { code, out } = await cli(["status"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^connections +1 active of 1$/m);
  expect(await json("status")).toMatchObject({ active_connections: 1, refresh_mode: "strict" });
});

test("trigger makes the webhook happen for whom it names", async () => {
  const id = pendingId();
  const { code, out } = await cli([
    "trigger",
    "application.approved",
    "--event",
    eventId,
    "--participant",
    id,
  ]);
  expect(out).toContain("sent      application.approved");
  expect(code).toBe(0);
  expect(statusOf(id)).toBe("approved");
  await server.emulator.deliverDue();
  expect(received.some((body) => body.includes("application.approved") && body.includes(id))).toBe(true);
});

test("an action takes what it needs as arguments or as flags", async () => {
  const first = pendingId();
  expect((await cli(["approve", first])).code).toBe(0);
  expect(statusOf(first)).toBe("approved");
  const next = pendingId();
  await json("reject", "--event", eventId, "--participant", next);
  expect(statusOf(next)).toBe("rejected");
  await json(
    "edit-profile",
    next,
    "--last-name",
    "Zażółć",
    "--custom-form-fields",
    '{"arrival_day":"sunday"}',
  );
  const { data } = await json("participants", "--event", eventId, "--search", next);
  expect(data).toMatchObject([
    { profile: { last_name: "Zażółć" }, custom_form_fields: { arrival_day: "sunday" } },
  ]);
});

test("the clock moves, and everything else shows what is there", async () => {
  const before = server.emulator.clock.now();
  await json("clock", "+2h");
  expect(server.emulator.clock.now() - before).toBeGreaterThanOrEqual(7_200_000);
  for (const name of [
    "events",
    "connections",
    "grants",
    "assumptions",
    "program",
    "deliveries",
    "settings",
  ]) {
    const shown = await cli([name]);
    expect([name, shown.code, shown.err]).toEqual([name, 0, ""]);
  }
});

test("a fault is planned, listed and removed", async () => {
  const args = ["close", "--endpoint", "refresh", "--skip", "1", "--param", "work=after"];
  const planned = await json("fault", ...args);
  expect(planned).toMatchObject({
    kind: "close",
    match: { endpoint: "refresh" },
    skip: 1,
    params: { work: "after" },
  });
  expect(await json("fault", "error", "--forever", "--param", "status=503")).toMatchObject({
    count: null,
    params: { status: 503 },
  });
  expect((await cli(["fault", "list"])).out).toContain("endpoint=refresh");
  expect((await cli(["fault", "kinds"])).out).toContain("duplicate_new_id");
  await json("fault", "remove", String(planned.id));
  expect(await json("fault", "clear")).toEqual({ data: [] });
});

test("a delivery is shown with its tries, and sent again", async () => {
  await json("trigger", "event.updated", "--only-send");
  await json("deliver");
  const { data } = await json("deliveries", "--type", "event.updated", "--limit", "1");
  const [{ id }] = data as [{ id: string }];
  expect((await cli(["deliveries", id])).out).toContain("200 ok");
  await json("replay", id);
  await json("deliver");
  expect(await json("deliveries", id)).toMatchObject({ attempts: [{ number: 1 }, { number: 2 }] });
  expect(await json("replay", "--dead")).toEqual({ replayed: 0 });
});

test("deliveries --follow goes on, and prints what happens", async () => {
  const env = { PATH: process.env.PATH ?? "", EMULATOR_URL: server.url };
  const args = ["emulator/cli.ts", "deliveries", "--follow", "--json", "--type", "event.published"];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const line = new Promise<string>((resolve) =>
      child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())),
    );
    server.emulator.actions.trigger("event.published", { only_send: true, event_id: eventId });
    expect(JSON.parse((await line).split("\n")[0] ?? "")).toMatchObject({ type: "event.published" });
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill();
  }
});

test("settings are changed, each value read as what it is", async () => {
  await json(
    "settings",
    "refresh_mode=grace-seconds",
    "retry_curve_s=1,2,3",
    "monday_reset=false",
    "skew_ms=-5000",
  );
  const { settings } = server.emulator;
  expect(settings).toMatchObject({ refresh_mode: "grace-seconds", retry_curve_s: [1, 2, 3] });
  expect(settings).toMatchObject({ monday_reset: false, skew_ms: -5000 });
});

test.each([
  ["an unknown command", ["fly"], /no command fly/],
  ["an unknown flag", ["status", "--nope"], /--nope/],
  ["an argument too many", ["status", "now"], /now is one argument too many/],
  ["a missing argument", ["approve"], /--participant is missing/],
  ["trigger without a type", ["trigger"], /trigger wants: TYPE/],
  ["a type that is none", ["trigger", "nonsense"], /no event type/],
  ["a fault that nobody knows", ["fault", "nonsense"], /no fault is called nonsense/],
  ["a setting that nobody knows", ["settings", "colour=red"], /no setting is called colour/],
  ["a value that does not fit", ["settings", "accept=maybe"], /accept must be one of/],
  ["a duration that is none", ["clock", "soon"], /must be a duration/],
  ["an address that is none", ["status", "--url", "nowhere"], /nowhere is no address/],
])("%s: exit code 2, and what is wrong", async (_, args, message) => {
  const { code, out, err } = await cli(args);
  expect(err).toMatch(message);
  expect(err).toContain("--help");
  expect([code, out]).toEqual([2, ""]);
});

test.each([
  ["a participant that is not there", ["approve", "ptp_none"], /no participant ptp_none/],
  ["an action that cannot be done now", ["unsuspend"], /not suspended/],
  ["a delivery that is not there", ["deliveries", "nothing"], /no delivery nothing/],
  ["a webhook that nobody gets", ["trigger", "event.updated", "--event", "SECOND"], /not connected/],
])("%s: exit code 1, and why", async (_, args, message) => {
  const second = [...server.emulator.state.store.events.keys()][1] ?? "";
  const { code, out, err } = await cli(args.map((arg) => (arg === "SECOND" ? second : arg)));
  expect(err).toMatch(message);
  expect([code, out]).toEqual([1, ""]);
});

test("where nothing runs it says so, and how to start it; scripts get JSON", async () => {
  const [port] = await freePorts(1);
  const env = { EMULATOR_PORT: String(port) };
  const plain = await cli(["status"], env);
  expect([plain.code, plain.out]).toEqual([1, ""]);
  expect(plain.err).toContain(`http://localhost:${env.EMULATOR_PORT}`);
  expect(plain.err).toContain("npm run emulator");
  const script = await cli(["status", "--json"], env);
  expect(script.code).toBe(1);
  expect(JSON.parse(script.err)).toMatchObject({ error: "failed" });
});

test("without a command it starts, and says where; a port in use is told", async () => {
  const port = String((await freePorts(1))[0]);
  const env = { PATH: process.env.PATH ?? "", EMULATOR_PORT: port };
  const child = spawn(process.execPath, ["emulator/cli.ts"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const first = await new Promise<string>((resolve) =>
      child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())),
    );
    expect(first).toContain(`http://localhost:${port}`);
    expect((await cli(["reset"], env)).out).toContain("back at its seed");
    const again = await cli(["start", "--port", port], {});
    expect(again.code).toBe(1);
    expect(again.err).toContain("--port, or with EMULATOR_PORT");
  } finally {
    child.kill();
  }
});
