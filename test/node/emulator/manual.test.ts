import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COMMANDS } from "../../../emulator/cli/main.ts";
import { type Server, startServer } from "../../../emulator/node.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const manual = readFileSync(`${root}docs/emulator.md`, "utf8");
const MOST_BYTES = 200_000;

function section(title: string): string {
  const text = manual.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (text === undefined) throw new Error(`the manual has no section ${title}`);
  return text;
}

const namesIn = (text: string): string[] => [...text.matchAll(/`(\w[\w-]*)`/g)].map(([, name = ""]) => name);

let server: Server;
let subject: { EVENT: string; PARTICIPANT: string };

beforeAll(async () => {
  server = await startServer({ EMULATOR_PORT: "0" }, { fetch: async () => new Response("ok") });
  const { store, connections } = server.emulator.state;
  const [event] = store.events.values();
  const waiting = event?.participants.all().find(({ status }) => status === "pending");
  subject = { EVENT: event?.id ?? "", PARTICIPANT: waiting?.id ?? "" };
  connections.open({
    event_id: subject.EVENT,
    organization_id: store.organization.id,
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

/** Runs a line as somebody would who copies it; the exit code and what was printed. */
function shell(line: string): Promise<[code: number | null, text: string]> {
  const env = { ...process.env, ...subject, EMULATOR_URL: server.url };
  const child = spawn("sh", ["-c", line], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve([code, text])));
}

test("the manual names every command, and none that is not there", () => {
  const table = section("The command line")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| to "));
  const named = table.flatMap((line) => namesIn(line.split("|")[2] ?? ""));
  expect(named.toSorted()).toEqual(
    Object.keys(COMMANDS)
      .filter((name) => name !== "start")
      .toSorted(),
  );
});

test("the commands of the manual work as they stand there", async () => {
  const [, block = ""] = /```sh local\n([\s\S]*?)```/.exec(section("The command line")) ?? [];
  const lines = block.trim().split("\n");
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    const [code, text] = await shell(line);
    expect([line, code, text]).toEqual([line, 0, text]);
  }
  const { store } = server.emulator.state;
  expect(server.emulator.faults.list()).toMatchObject([{ kind: "close" }]);
  expect(server.emulator.settings.refresh_grace_seconds).toBe(10);
  // The last line has put the sandbox back to its seed.
  expect(store.events.get(subject.EVENT)?.participants.get(subject.PARTICIPANT)?.status).toBe("pending");
}, 90_000);

test("the manual names every option of the library", () => {
  const source = readFileSync(`${root}emulator/options.ts`, "utf8");
  const [, body = ""] = /interface EmulatorOptions \{([\s\S]*?)\n\}/.exec(source) ?? [];
  const options = [...body.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name = ""]) => name);
  const named = section("In tests")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => namesIn(line.split("|")[1] ?? ""));
  expect(named.toSorted()).toEqual(options.toSorted());
});

test("every picture is shown, and small", () => {
  const folder = `${root}docs/images/`;
  const shown = [...manual.matchAll(/\]\(images\/([\w-]+\.png)\)/g)].map(([, name = ""]) => name);
  const there = readdirSync(folder).filter((name) => name.startsWith("emulator-"));
  expect(shown.toSorted()).toEqual(there.toSorted());
  for (const name of there) expect([name, statSync(folder + name).size < MOST_BYTES]).toEqual([name, true]);
});
