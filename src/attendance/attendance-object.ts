import { DurableObject } from "cloudflare:workers";
import type { Env } from "../bindings.ts";
import { type Attendance, COUNT, NOBODY } from "./counts.ts";

/** A wall screen is not flooded: the numbers go out at most this often. */
const INTERVAL_MS = 1000;

interface Seat {
  readonly connectionId: string;
  /** When the session that opened the socket ends; epoch ms. */
  readonly until: number;
}

/**
 * Live sockets of one event's attendance pages. It holds no state of its own: sockets hibernate, and the numbers are
 * counted in the database once for all of them.
 */
export class AttendanceObject extends DurableObject<Env> {
  #lastAt = 0;
  #isDue = false;

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
    server.send(await this.#numbers(seat.connectionId));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Something changed: everybody is told, now or when a second has passed since the last time. */
  async changed(): Promise<void> {
    if (this.#isDue || this.ctx.getWebSockets().length === 0) return;
    this.#isDue = true;
    const waitMs = Math.max(0, this.#lastAt + INTERVAL_MS - Date.now());
    setTimeout(() => this.ctx.waitUntil(this.#broadcast()), waitMs);
  }

  async #broadcast(): Promise<void> {
    this.#isDue = false;
    this.#lastAt = Date.now();
    const numbers = new Map<string, Promise<string>>();
    for (const socket of this.ctx.getWebSockets()) {
      const seat = socket.deserializeAttachment() as Seat;
      if (seat.until < Date.now()) {
        socket.close(4001, "the session has ended");
        continue;
      }
      const known = numbers.get(seat.connectionId) ?? this.#numbers(seat.connectionId);
      numbers.set(seat.connectionId, known);
      socket.send(await known);
    }
  }

  async #numbers(connectionId: string): Promise<string> {
    const row = await this.env.DB.prepare(COUNT).bind(connectionId).first<Attendance>();
    return JSON.stringify(row ?? NOBODY);
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }
}
