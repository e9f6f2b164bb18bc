/** 1 MB: over it a delivery is refused before anything is computed over it. */
export const MAX_BODY_BYTES = 1_048_576;

/**
 * Up to so many bytes a body is read to its end although it is refused: whoever is answered while still sending may see
 * a broken connection instead of the answer.
 */
const DROPPED_BYTES = 4 * MAX_BODY_BYTES;

export type BodyRead =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly why: "too_large" | "broken_off" };

const TOO_LARGE: BodyRead = { ok: false, why: "too_large" };

/** The raw bytes of a body up to the limit. More than that is never held in memory, as long as HTTP framed the body. */
export async function readBody(request: Request): Promise<BodyRead> {
  const announced = request.headers.get("Content-Length") ?? "";
  const length = /^\d+$/.test(announced) ? Number(announced) : null;
  try {
    if (length === null) return await readChunks(request);
    if (length <= MAX_BODY_BYTES) return await readWhole(request);
    if (length <= DROPPED_BYTES) await readChunks(request);
    else await request.body?.cancel();
    return TOO_LARGE;
  } catch {
    return { ok: false, why: "broken_off" };
  }
}

/** At once, which costs a third: workerd ends a body at the length that it was announced with, whoever says otherwise. */
async function readWhole(request: Request): Promise<BodyRead> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  return bytes.byteLength > MAX_BODY_BYTES ? TOO_LARGE : { ok: true, bytes };
}

async function readChunks(request: Request): Promise<BodyRead> {
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > DROPPED_BYTES) {
      await reader.cancel();
      return TOO_LARGE;
    }
    if (size > MAX_BODY_BYTES) chunks.length = 0;
    else chunks.push(value);
  }
  return size > MAX_BODY_BYTES ? TOO_LARGE : { ok: true, bytes: join(chunks, size) };
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
