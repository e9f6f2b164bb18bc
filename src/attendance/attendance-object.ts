import { DurableObject } from "cloudflare:workers";
import type { Env } from "../bindings.ts";
import { openDatabase } from "../db/client.ts";
import { type Attendance, COUNT, NOBODY } from "./counts.ts";

/** The event is counted, and a wall screen told, at most this often, however many doors and screens there are. */
const INTERVAL_MS = 1000;

interface Count {
  readonly at: number;
  readonly numbers: Promise<Attendance>;
}

interface Seat {
  readonly connectionId: string;
  /** When the session that opened the socket ends; epoch ms. */
  readonly until: number;
}

/**
 * Live sockets of one event's attendance pages, and the numbers of everybody who asks: counted in the database once for
 * all of them. It holds no state of its own: sockets hibernate, and a count forgotten is made again.
 */
export class AttendanceObject extends DurableObject<Env> {
  #lastAt = 0;
  #isDue = false;
  /** Something changed after the latest count began. */
  #isStale = false;
  readonly #counts = new Map<string, Count>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Takes a socket. The caller has checked who asks; `connection` and `until` of the query are its word. */
  override async fetch(request: Request): Promise<Response> {
    const query = new URL(request.url).searchParams;
    const seat: Seat = { connectionId: query.get("connection") ?? "", until: Number(query.get("until")) };
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(seat);
    server.send(JSON.stringify(await this.numbers(seat.connectionId)));
    // It came while nobody watched: what it was just sent may be as old as a second, and no later news would mend it.
    if (this.#isStale) await this.changed();
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Something changed: everybody is told, now or when a second has passed since the last time. */
  async changed(): Promise<void> {
    this.#isStale = true;
    if (this.#isDue || this.ctx.getWebSockets().length === 0) return;
    this.#isDue = true;
    const waitMs = Math.max(0, this.#lastAt + INTERVAL_MS - Date.now());
    setTimeout(() => this.ctx.waitUntil(this.#broadcast()), waitMs);
  }

  async #broadcast(): Promise<void> {
    this.#isDue = false;
    this.#lastAt = Date.now();
    this.#counts.clear();
    for (const socket of this.ctx.getWebSockets()) {
      const seat = socket.deserializeAttachment() as Seat;
      if (seat.until < Date.now()) {
        socket.close(4001, "the session has ended");
        continue;
      }
      socket.send(JSON.stringify(await this.numbers(seat.connectionId)));
    }
  }

  /** The numbers of a connection, at most a second old; whoever asks meanwhile waits for the same count. */
  numbers(connectionId: string): Promise<Attendance> {
    const known = this.#counts.get(connectionId);
    if (known !== undefined && Date.now() - known.at < INTERVAL_MS) return known.numbers;
    this.#isStale = false;
    const numbers = this.#count(connectionId);
    this.#counts.set(connectionId, { at: Date.now(), numbers });
    numbers.catch(() => this.#counts.delete(connectionId));
    return numbers;
  }

  async #count(connectionId: string): Promise<Attendance> {
    const { raw } = openDatabase(this.env.DB);
    return (await raw.prepare(COUNT).bind(connectionId).first<Attendance>()) ?? NOBODY;
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }
}
