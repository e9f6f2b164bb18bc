import type { RowState } from "../../src/launch/checklist.ts";
import { summaryOf, WORDS } from "../preflight/render.ts";
import type { Report } from "../preflight/run.ts";
import { type Facts, NOT_FILLED_IN } from "./facts.ts";
import type { Album, Picture } from "./pictures.ts";

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`)
    .join("")}</tbody></table>`;

const link = (url: string): string => `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;

const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

const TONES: Readonly<Record<RowState, string>> = {
  proven: "good",
  suite: "good",
  person: "look",
  failed: "bad",
};

const registration = (facts: Facts): string =>
  table(
    ["what", "exactly"],
    [
      ["Client id", code(facts.clientId)],
      ...facts.redirectUris.map((uri) => [
        uri.includes("/login/") ? "Redirect URI of Login with Revento" : "Redirect URI of organizer connect",
        code(uri),
      ]),
      ["Webhook URL", code(facts.webhookUrl)],
      ["Support contact", `${escapeHtml(facts.support.email)}, ${link(facts.support.url)}`],
      ["Terms", link(facts.termsUrl)],
    ],
  );

const scopes = (facts: Facts): string =>
  table(
    ["scope", "asked for by", "needed", "reason, as people read it", "w języku polskim"],
    facts.scopes.map(({ scope, of, required, why }) => [
      code(scope),
      of,
      required ? "required" : "optional",
      escapeHtml(why.en),
      `<span lang="pl">${escapeHtml(why.pl)}</span>`,
    ]),
  );

const eventTypes = (facts: Facts): string =>
  table(
    ["event type", "used for"],
    facts.eventTypes.map(({ type, use }) => [code(type), escapeHtml(use)]),
  );

const checklist = (report: Report): string =>
  table(
    ["line", "state", "evidence", "to do"],
    report.rows.map(({ text, state, evidence, todo }) => [
      escapeHtml(text),
      `<b class="${TONES[state]}">${WORDS[state]}</b>`,
      escapeHtml(evidence),
      escapeHtml(todo),
    ]),
  );

const figure = ({ title, files }: Picture, languages: Album["languages"]): string => {
  const shots = languages.map((language) => {
    const file = files[language];
    return file === undefined
      ? ""
      : `<a href="${file}"><img src="${file}" alt="${escapeHtml(title)} (${language})"><span>${language}</span></a>`;
  });
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><div class="shots">${shots.join("")}</div></figure>`;
};

const album = ({ title, note, languages, pictures }: Album): string =>
  `<h3>${escapeHtml(title)}</h3>${note === "" ? "" : `<p>${escapeHtml(note)}</p>`}
<div class="${languages.length > 1 ? "pairs" : "singles"}">${pictures.map((each) => figure(each, languages)).join("\n")}</div>`;

/** What has to be done before this can be sent: a pack that hides its gaps would come back. */
function gapsOf(facts: Facts, report: Report): readonly string[] {
  const failing = report.rows.filter(({ state }) => state === "failed").length;
  const isExample = (text: string): boolean => /[@./]example\.(com|org)|\.example\b/.test(text);
  return [
    ...(facts.clientId === NOT_FILLED_IN
      ? ["The client id is not filled in: REVENTO_CLIENT_ID in wrangler.toml, once Revento has given one."]
      : []),
    ...(isExample(facts.webhookUrl) ? ["The address is an example: give the real one with --url."] : []),
    ...([facts.support.email, facts.support.url, facts.termsUrl].some(isExample)
      ? ["The support contact or the terms are those of an example: src/manifest.ts."]
      : []),
    ...(failing > 0 ? [`${failing} lines of the checklist fail: each says below what to do.`] : []),
  ];
}

const gaps = (list: readonly string[]): string =>
  list.length === 0
    ? ""
    : `<section class="gaps"><h2>Before this is sent</h2><ul>${list.map((gap) => `<li>${escapeHtml(gap)}</li>`).join("")}</ul></section>`;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); overflow-wrap: break-word; }
b, td code { white-space: nowrap; }
.good { color: light-dark(#0a6b2d, #6fdc8c); } .look { color: light-dark(#7a5200, #f1c21b); } .bad { color: light-dark(#b00020, #ff8389); }
.gaps { border-left: .3rem solid #b00020; padding: .1rem 1rem; } .gaps h2 { font-size: 1.1rem; margin: .5rem 0 0; }
.pairs { display: grid; gap: 1.5rem; } .singles { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1.5rem; }
.shots { display: grid; grid-auto-columns: 1fr; grid-auto-flow: column; gap: 1rem; align-items: start; }
figure { margin: 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
.shots a { color: inherit; text-decoration: none; font-size: .8rem; }
img { display: block; width: 100%; max-height: 36rem; object-fit: cover; object-position: top; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .4rem; }
`;

/** The one page that Revento opens first. It needs nothing but its folder. */
export function indexPage(facts: Facts, report: Report, albums: readonly Album[]): string {
  const sections = [
    ["Registration", registration(facts)],
    ["Scopes", scopes(facts)],
    ["Event types", eventTypes(facts)],
    [
      "Marketing copy",
      `<p>For the catalog, in English and in Polish:</p><blockquote>${escapeHtml(facts.marketing.en)}</blockquote><blockquote lang="pl">${escapeHtml(facts.marketing.pl)}</blockquote>`,
    ],
    [
      "Pre-launch checklist",
      `<p>${escapeHtml(summaryOf(report))}. Commit ${code(report.commit)}.</p>${checklist(report)}`,
    ],
    ["Pages", `<p>A picture opens in full by a click.</p>${albums.map(album).join("\n")}`],
  ] as const;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(facts.name)}: production request</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(facts.name)}: production request</h1>
<p>Version ${escapeHtml(report.version)}, ${escapeHtml(report.at)}. Pages and checklist are of an instance with an emulated Revento at ${code(report.url)}.</p>
${gaps(gapsOf(facts, report))}
${sections.map(([title, body]) => `<h2>${title}</h2>\n${body}`).join("\n")}
</body></html>
`;
}
