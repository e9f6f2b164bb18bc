import { FAULT_KINDS, type FaultKind } from "./kinds.ts";
import { ENDPOINTS } from "./match.ts";
import type { Fault, FaultMatch, FaultRequest } from "./types.ts";

/** What is wrong with a fault that somebody asked for. */
export class FaultError extends Error {}

const MATCH_FIELDS = {
  endpoint: "string",
  method: "string",
  event_id: "string",
  type: "string",
  attempt: "number",
};

/** Checks a fault from outside and fills in its defaults. */
export function readFault(request: FaultRequest, id: string): Fault {
  const kind = Object.hasOwn(FAULT_KINDS, request.kind) ? FAULT_KINDS[request.kind] : undefined;
  if (!kind) {
    throw new FaultError(
      `no fault is called ${request.kind}; there are: ${Object.keys(FAULT_KINDS).join(", ")}`,
    );
  }
  const known = ["kind", "match", "count", "skip", "probability", "params"];
  const extra = Object.keys(request).find((name) => !known.includes(name));
  if (extra) throw new FaultError(`a fault has no field ${extra}; it has: ${known.join(", ")}`);
  return {
    id,
    kind: request.kind,
    target: kind.target,
    stage: kind.stage,
    match: readMatch(request.match ?? {}, kind),
    count: request.count === null ? null : number("count", request.count ?? 1, 1, 1e9),
    skip: number("skip", request.skip ?? 0, 0, 1e9),
    probability: number("probability", request.probability ?? 1, 0, 1),
    params: readParams(request.params ?? {}, kind, request.kind),
    seen: 0,
    struck: 0,
  };
}

function number(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw new FaultError(`${name} must be a number from ${least} to ${most}`);
}

function readMatch(match: FaultMatch, kind: FaultKind): FaultMatch {
  const fields =
    kind.target === "answer" ? ["endpoint", "method", "event_id"] : ["type", "event_id", "attempt"];
  for (const [name, value] of Object.entries(match)) {
    if (!fields.includes(name))
      throw new FaultError(`match for this fault has: ${fields.join(", ")}; not ${name}`);
    const type = MATCH_FIELDS[name as keyof FaultMatch];
    if (typeof value !== type) throw new FaultError(`match.${name} must be a ${type}`);
  }
  const { endpoint } = match;
  if (endpoint !== undefined && !endpoint.startsWith("/") && !Object.hasOwn(ENDPOINTS, endpoint)) {
    throw new FaultError(`endpoint must be a path or one of: ${Object.keys(ENDPOINTS).join(", ")}`);
  }
  return { ...match };
}

function readParams(given: Record<string, unknown>, kind: FaultKind, name: string): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(kind.params)) params[key] = spec.default;
  for (const [key, value] of Object.entries(given)) {
    const spec = Object.hasOwn(kind.params, key) ? kind.params[key] : undefined;
    if (!spec)
      throw new FaultError(
        `${name} has the params: ${Object.keys(kind.params).join(", ") || "none"}; not ${key}`,
      );
    const isStrings = Array.isArray(value) && value.every((item) => typeof item === "string");
    const fitsType = spec.type === "strings" ? isStrings : typeof value === spec.type;
    if (!fitsType) throw new FaultError(`params.${key} must be of type ${spec.type}`);
    if (key === "work" && value !== "before" && value !== "after") {
      throw new FaultError("params.work must be before or after");
    }
    params[key] = value;
  }
  return params;
}
