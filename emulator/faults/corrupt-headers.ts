import type { Fault } from "./types.ts";

/** The headers of a try, after the faults that change them. */
export function corruptHeaders(headers: Record<string, string>, faults: Fault[]): Record<string, string> {
  const changed = { ...headers };
  for (const { kind, params } of faults) {
    if (kind === "wrong_signature") changed["x-revento-signature"] = `sha256=${"0123456789abcdef".repeat(4)}`;
    if (kind === "missing_header") delete changed[String(params.header).toLowerCase()];
  }
  return changed;
}
