import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppContext } from "../app-env.ts";
import { Frame, type PageOptions } from "./layout.tsx";
import { isTimeZone, type Words, wordsFor } from "./words.ts";

/**
 * Texts and formats for this reader: the language of the request, the time zone that the network places it in. That is
 * a guess, and seldom the event's: its times name it.
 */
export function wordsOf(c: AppContext): Words {
  const zone = c.req.raw.cf?.timezone;
  return wordsFor(c.get("language"), isTimeZone(zone) ? zone : "UTC", true);
}

/** Answers with a whole page. Pages hold people's data: no cache keeps them. */
export function page(
  c: AppContext,
  options: PageOptions,
  content: Child,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  c.header("cache-control", "no-store");
  const document = (
    <Frame {...options} words={wordsOf(c)} manifest={c.get("world").manifest} here={new URL(c.req.url)}>
      {content}
    </Frame>
  );
  return c.html(
    <>
      {raw("<!doctype html>")}
      {document}
    </>,
    status,
  );
}

/** Whether the caller is a browser that wants a page, rather than a program that wants JSON. */
export const wantsPage = (c: AppContext): boolean => (c.req.header("accept") ?? "").includes("text/html");
