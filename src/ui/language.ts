import { setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { languageDetector } from "hono/language";

/** The languages that pages are written in. */
export const LANGUAGES = ["en", "pl"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's name in itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", pl: "Polski" };

const COOKIE = "__Host-revento-language";
const YEAR_S = 31_536_000;

const detect = languageDetector({
  supportedLanguages: [...LANGUAGES],
  fallbackLanguage: "en",
  order: ["querystring", "cookie", "header"],
  lookupQueryString: "lang",
  lookupCookie: COOKIE,
  caches: false,
});

/** Sets `language`: from `?lang=`, which is remembered for a year, else what was remembered, else the browser's. */
export const withLanguage = createMiddleware<{ Variables: { language: Language } }>(async (c, next) => {
  await detect(c, async () => {});
  if (c.req.query("lang") === c.get("language")) {
    setCookie(c, COOKIE, c.get("language"), {
      path: "/",
      secure: true,
      httpOnly: true,
      sameSite: "Lax",
      maxAge: YEAR_S,
    });
  }
  await next();
});
