/** Copies a JSON value and changes every field of one of the names, however deep. `undefined` takes it out. */
export function mutateFields(value: unknown, names: string[], change: (old: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mutateFields(item, names, change));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const next = names.includes(name) ? change(field) : mutateFields(field, names, change);
    if (next !== undefined) copy[name] = next;
  }
  return copy;
}

/** Adds a field to the text of a JSON object: nested so deep that building it as a value would be slow. */
export function withDeepField(text: string, depth: number): string {
  return withField(text, "nested", `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
}

export function withLongField(text: string, bytes: number): string {
  return withField(text, "filler", JSON.stringify("x".repeat(bytes)));
}

function withField(text: string, name: string, value: string): string {
  const open = text.indexOf("{");
  return `${text.slice(0, open + 1)}"${name}":${value},${text.slice(open + 1)}`;
}
