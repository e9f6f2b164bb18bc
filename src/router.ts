import type { Result } from "hono/router";
import { PatternRouter } from "hono/router/pattern-router";

/** Tries all routes, one after the other, for each request: for deliveries, which are most of them, only once. */
export class AppRouter<T> extends PatternRouter<T> {
  #delivery: Result<T> | undefined;

  override match(method: string, path: string): Result<T> {
    if (method !== "POST" || path !== "/webhooks/revento") return super.match(method, path);
    this.#delivery ??= super.match(method, path);
    return this.#delivery;
  }
}
