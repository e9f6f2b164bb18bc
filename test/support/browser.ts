import { exports } from "cloudflare:workers";

/** A browser with a cookie jar and without scripts: enough to follow what a person does. */
export interface Browser {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  readonly cookies: Map<string, string>;
}

export const ORIGIN = "https://integration.test";

export function createBrowser(language = "en", always: Record<string, string> = {}): Browser {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers({ accept: "text/html", "accept-language": language, ...always });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    if (cookies.size > 0) headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    const url = new URL(path, ORIGIN);
    const response = await exports.default.fetch(url.href, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };
  return {
    cookies,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form = {}, headers = {}) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(form),
        headers: { origin: ORIGIN, "sec-fetch-site": "same-origin", ...headers },
      }),
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split("; ");
  const [name = "", value = ""] = pair.split(/=(.*)/s);
  if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) cookies.delete(name);
  else cookies.set(name, value);
}

/** Starts an authorization and answers with what went to Revento. */
export async function startAuthorization(browser: Browser, path: string): Promise<URLSearchParams> {
  const response = await browser.get(path);
  const location = response.headers.get("location");
  if (response.status !== 302 || location === null) throw new Error(`${path} answered ${response.status}`);
  return new URL(location).searchParams;
}
