import { connect } from "node:net";

/** What a server answers that is asked whether it is up. `refused` is for good: waiting helps nothing. */
export type Look = { is: "up" } | { is: "silent" } | { is: "refused"; why: string };

/** Judges an answer. A Worker whose settings are wrong answers 503 with a message that names them. */
export function judge(status: number, body: string): Look {
  if (status >= 200 && status < 300) return { is: "up" };
  if (status !== 503) return { is: "silent" };
  try {
    const { error, message } = JSON.parse(body) as { error?: unknown; message?: unknown };
    return error === "misconfigured" ? { is: "refused", why: String(message) } : { is: "silent" };
  } catch {
    return { is: "silent" };
  }
}

async function look(url: string): Promise<Look> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return judge(response.status, await response.text());
  } catch {
    return { is: "silent" };
  }
}

/** Asks until there is an answer that counts, `isOver` says so, or the time is up. */
export async function waitUntilUp(
  url: string,
  { limitMs, isOver }: { limitMs: number; isOver: () => boolean },
): Promise<Look> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline && !isOver()) {
    const seen = await look(url);
    if (seen.is !== "silent") return seen;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { is: "silent" };
}

/** Whether anything listens on a port of this machine, be it a web server or not. */
export const isTaken = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "localhost", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
