/**
 * `npm run manifest`: what to register with Revento. `--check` prints problems only. Ends non-zero where the manifest
 * and what uses it do not agree. Origin and alert rules come from the environment, else from `.dev.vars`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Manifest } from "../src/manifest-shape.ts";
import { readDevVars } from "./dev-vars.ts";
import { readFlags } from "./flags.ts";

const flags = readFlags({ options: { check: { type: "boolean" } } });
const root = fileURLToPath(new URL("..", import.meta.url));

/** Handlers import the Worker's own code: here the runtime's module is a stub, for nothing of it is run. */
const runtimeStub: Plugin = {
  name: "runtime-stub",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^cloudflare:/ }, ({ path }) => ({ path, namespace: "stub" }));
    onLoad({ filter: /.*/, namespace: "stub" }, () => ({
      contents: "export class DurableObject {} export class WorkerEntrypoint {} export const env = {};",
    }));
  },
};

interface Loaded {
  readonly manifest: Manifest;
  readonly listHandlers: () => readonly { readonly name: string; readonly pattern: string }[];
  readonly checkManifest: (
    manifest: Manifest,
    usage: {
      handlers: ReturnType<Loaded["listHandlers"]>;
      source: string;
      alertTypes: readonly string[];
    },
  ) => { readonly errors: readonly string[]; readonly warnings: readonly string[] };
}

async function load(): Promise<Loaded> {
  const contents = `
    import "./src/handlers.ts";
    export { manifest } from "./src/manifest.ts";
    export { checkManifest, listHandlers } from "./src/handling/index.ts";`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    plugins: [runtimeStub],
    logLevel: "error",
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return (await import(`data:text/javascript;base64,${code}`)) as Loaded;
}

/** Ends with what is wrong and where, as esbuild or the handlers say it: a stack of this script tells nothing. */
async function loadOrEnd(): Promise<Loaded> {
  try {
    return await load();
  } catch (error) {
    // esbuild has printed its own.
    if (!(error instanceof Error && "errors" in error))
      console.error(
        `manifest: src/handlers.ts, or what it imports, throws as it is loaded: ${String(error)}`,
      );
    process.exit(1);
  }
}

function readSettings(): Readonly<Record<string, string | undefined>> {
  const file = join(root, ".dev.vars");
  return { ...(existsSync(file) ? readDevVars(file) : {}), ...process.env };
}

/** Types that alert rules want. A malformed setting is the Worker's to tell. */
function alertTypes(setting: string | undefined): string[] {
  try {
    const rules: unknown = JSON.parse(setting ?? "[]");
    return (Array.isArray(rules) ? rules : []).flatMap(({ on, resolve_on }) =>
      [on ?? [], resolve_on ?? []].flat(),
    );
  } catch {
    return [];
  }
}

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => readFileSync(join(root, "src", name), "utf8"));

const settings = readSettings();
const { manifest, listHandlers, checkManifest } = await loadOrEnd();
const { errors, warnings } = checkManifest(manifest, {
  handlers: listHandlers(),
  source: sources.join("\n"),
  alertTypes: alertTypes(settings.ALERT_RULES),
});

if (flags.check !== true) {
  const origin = (settings.PUBLIC_URL ?? "https://YOUR-WORKER.example.com").replace(/\/$/, "");
  const list = (items: readonly string[]): string =>
    items.length === 0 ? "(none)" : items.join("\n              ");
  console.log(`Register with Revento:

name          ${manifest.name}
redirect URIs ${list([`${origin}/connect/callback`, `${origin}/login/callback`])}
webhook URL   ${origin}/webhooks/revento
event types   ${list(manifest.eventTypes)}
organizer     required: ${manifest.installation.required.join(" ") || "(none)"}
scopes        optional: ${manifest.installation.optional.join(" ") || "(none)"}
participant   required: ${manifest.user.required.join(" ") || "(none)"}
scopes        optional: ${manifest.user.optional.join(" ") || "(none)"}
terms         ${manifest.termsUrl}
support       ${manifest.contact.email} ${manifest.contact.url}
`);
}
for (const warning of warnings) console.warn(`manifest: warning: ${warning}`);
for (const error of errors) console.error(`manifest: ${error}`);
if (errors.length > 0) process.exitCode = 1;
