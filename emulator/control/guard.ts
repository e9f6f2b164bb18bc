import type { Context, MiddlewareHandler } from "hono";
import type { Env } from "../http.ts";
import { BadRequest, type Body, isBody } from "./read.ts";

/** Only pages of the emulator itself may change it: another site cannot send JSON without being asked first. */
export function guardControl(): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.method === "GET" || c.req.method === "HEAD") return next();
    const origin = c.req.header("origin");
    if (origin !== undefined && origin !== new URL(c.req.url).origin) {
      return c.json({ error: "forbidden", message: "This came from another site" }, 403);
    }
    const type = c.req.header("content-type") ?? "";
    if (c.req.method !== "DELETE" && !type.startsWith("application/json")) {
      return c.json({ error: "bad_request", message: "Content-Type must be application/json" }, 415);
    }
    return next();
  };
}

/** The JSON object of a request; an empty body is an empty object. */
export async function readBody(c: Context): Promise<Body> {
  const text = await c.req.text();
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isBody(value)) return value;
  } catch {
    // Said below.
  }
  throw new BadRequest("the body must be a JSON object");
}
