import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Checked {
  readonly ok: boolean;
  /** What the check says, ready to be shown. */
  readonly lines: string;
}

/**
 * `npm run manifest -- --check` in a process of its own: it loads the handlers as they stand in the files now.
 * @param alertRules the setting of that name, whose types the manifest has to declare
 */
export function checkSource(alertRules = "[]"): Promise<Checked> {
  const script = fileURLToPath(new URL("manifest.ts", import.meta.url));
  const child = spawn(process.execPath, [script, "--check"], {
    env: { ...process.env, ALERT_RULES: alertRules },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let lines = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      lines += chunk.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, lines: lines.trim() }));
  });
}
