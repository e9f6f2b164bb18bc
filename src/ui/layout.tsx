import type { Child, FC } from "hono/jsx";
import type { Manifest } from "../manifest-shape.ts";
import { DeprecationBanner } from "./banners.tsx";
import { LANGUAGE_NAMES, LANGUAGES } from "./language.ts";
import type { Words } from "./words.ts";

export interface NavItem {
  readonly href: string;
  readonly label: string;
}

export interface PageOptions {
  /** Names the page in the tab and to a screen reader; the product's name follows it. */
  readonly title: string;
  readonly nav?: readonly NavItem[];
  /** Dense tables take the whole width. */
  readonly wide?: boolean;
  /** Without header and footer: inside the Revento app. */
  readonly bare?: boolean;
  /** Elements with an id and `data-live` are renewed this often; without scripts the whole page is loaded again. */
  readonly live?: { readonly everyS: number };
  /** Where it can be loaded again, where that is not its own address: a callback's counts once. */
  readonly address?: string | undefined;
  /** Without the notice that the integration is being retired: a screen for a whole room, or the page that says it at length. */
  readonly withoutNotice?: boolean;
  /** Static scripts of `public/`, deferred. */
  readonly scripts?: readonly string[];
}

interface FrameProps extends PageOptions {
  readonly words: Words;
  readonly manifest: Manifest;
  /** Path and query of this page; the language links keep them. */
  readonly here: URL;
  readonly children: Child;
}

/** The frame of every page. Nothing in it needs a script. */
export const Frame: FC<FrameProps> = ({ title, words, manifest, here, children, ...options }) => (
  <html lang={words.language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · ${manifest.name}`}</title>
      {options.live !== undefined && (
        <noscript>
          <meta http-equiv="refresh" content={refreshContent(options.live.everyS, options.address)} />
        </noscript>
      )}
      <link rel="stylesheet" href="/ui.css" />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      {options.live !== undefined && <script src="/live.js" defer></script>}
      {options.scripts?.map((src) => (
        <script src={src} defer></script>
      ))}
    </head>
    <body data-live-every={options.live?.everyS} data-live-url={options.live && options.address}>
      <a class="skip" href="#main">
        {words.t("skip")}
      </a>
      {options.bare !== true && (
        <Top
          words={words}
          manifest={manifest}
          here={here}
          nav={options.nav ?? []}
          address={options.address}
        />
      )}
      <main id="main" class={options.wide === true ? "wide" : undefined}>
        {options.withoutNotice !== true && <DeprecationBanner words={words} manifest={manifest} />}
        {children}
      </main>
      {options.bare !== true && <Bottom words={words} manifest={manifest} />}
    </body>
  </html>
);

const refreshContent = (everyS: number, url: string | undefined): string =>
  url === undefined ? String(everyS) : `${everyS}; url=${url}`;

interface TopProps extends Pick<FrameProps, "words" | "manifest" | "here" | "address"> {
  readonly nav: readonly NavItem[];
}

const Top: FC<TopProps> = ({ words, manifest, here, nav, address }) => {
  const again = reloadable(here, address);
  return (
    <header class="top">
      <a class="brand" href="/">
        {manifest.name}
      </a>
      {nav.length > 0 && (
        <nav class="nav" aria-label={words.t("nav.main")}>
          {nav.map(({ href, label }) => (
            <a href={href} aria-current={here.pathname === href ? "page" : undefined}>
              {label}
            </a>
          ))}
        </nav>
      )}
      {again !== null && (
        <nav class="languages" aria-label={words.t("nav.language")}>
          {LANGUAGES.map((language) => (
            <a
              href={withLanguageParameter(again, language)}
              hreflang={language}
              lang={language}
              aria-current={language === words.language ? "true" : undefined}
            >
              {LANGUAGE_NAMES[language]}
            </a>
          ))}
        </nav>
      )}
    </header>
  );
};

/** Where this page can be loaded again, or null: a callback's address counts once, and its query goes into no link. */
function reloadable(here: URL, address: string | undefined): URL | null {
  if (address !== undefined) return new URL(address, here);
  return here.pathname.endsWith("/callback") ? null : here;
}

function withLanguageParameter(page: URL, language: string): string {
  const query = new URLSearchParams(page.search);
  query.set("lang", language);
  return `${page.pathname}?${query}`;
}

const Bottom: FC<{ words: Words; manifest: Manifest }> = ({ words, manifest }) => (
  <footer class="bottom">
    <span>{manifest.name}</span>
    <a href={manifest.contact.url}>{words.t("footer.help")}</a>
    <a href={`mailto:${manifest.contact.email}`}>{manifest.contact.email}</a>
    <a href={manifest.termsUrl}>{words.t("footer.terms")}</a>
  </footer>
);
