import { mutateFields, withDeepField, withLongField } from "./mutate.ts";
import type { Fault } from "./types.ts";

interface Envelope {
  type: string;
  data: unknown;
}

/** The bytes of a delivery, after the faults that change its body. */
export function corruptBody(envelope: Envelope, faults: Fault[]): { body: string; eventHeader: string } {
  let changed = envelope;
  let eventHeader: string | undefined;
  const edits: ((text: string) => string)[] = [];
  for (const { kind, params } of faults) {
    const names = Array.isArray(params.fields) ? params.fields.map(String) : [];
    const edit = (change: (old: unknown) => unknown) => {
      changed = { ...changed, data: mutateFields(changed.data, names, change) };
    };
    if (kind === "wrong_event_header") eventHeader = String(params.type);
    else if (kind === "unknown_type") changed = { ...changed, type: String(params.type) };
    else if (kind === "delivery_unknown_enum") edit(() => params.value);
    else if (kind === "delivery_missing_fields") edit(() => undefined);
    else if (kind === "delivery_null_fields") edit(() => null);
    else if (kind === "delivery_oversized") edits.push((text) => withLongField(text, Number(params.bytes)));
    else if (kind === "delivery_deep_json") edits.push((text) => withDeepField(text, Number(params.depth)));
    else if (kind === "delivery_malformed_json") edits.push((text) => `${text.slice(0, -1)},}`);
    else if (kind === "delivery_truncated") edits.push((text) => text.slice(0, text.length >> 1));
  }
  const body = edits.reduce((text, next) => next(text), JSON.stringify(changed));
  return { body, eventHeader: eventHeader ?? changed.type };
}
