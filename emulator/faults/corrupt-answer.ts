import { mutateFields, withDeepField, withLongField } from "./mutate.ts";
import type { Fault } from "./types.ts";

/** An answer after a fault that changes its body; its status and headers stay. */
export async function corruptAnswer(response: Response, { kind, params }: Fault): Promise<Response> {
  const text = await response.text();
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  const init = { status: response.status, headers };
  if (kind === "truncated_body" && params.abort === true) return new Response(brokenHalf(text), init);
  return new Response(corruptText(text, kind, params), init);
}

function corruptText(text: string, kind: string, params: Record<string, unknown>): string {
  const names = Array.isArray(params.fields) ? params.fields.map(String) : [];
  const edit = (change: () => unknown) => JSON.stringify(mutateFields(parse(text), names, change));
  switch (kind) {
    case "malformed_json":
      return `${text.slice(0, -1)},}`;
    case "truncated_body":
      return text.slice(0, text.length >> 1);
    case "missing_fields":
      return edit(() => undefined);
    case "null_fields":
      return edit(() => null);
    case "unknown_enum":
      return edit(() => params.value);
    case "deep_json":
      return withDeepField(text, Number(params.depth));
    case "oversized_body":
      return withLongField(text, Number(params.bytes));
    default:
      return text;
  }
}

/** Another fault may have broken the text already. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function brokenHalf(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text.slice(0, text.length >> 1)));
    },
    pull(controller) {
      controller.error(new Error("The connection was closed in the middle of the body"));
    },
  });
}
