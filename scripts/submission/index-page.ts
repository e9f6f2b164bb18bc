import type { RowState } from "../../src/launch/checklist.ts";
import { summaryOf, WORDS } from "../preflight/render.ts";
import type { Report } from "../preflight/run.ts";
import type { Facts } from "./facts.ts";
import type { Picture } from "./pictures.ts";

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`)
    .join("")}</tbody></table>`;

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
      ...facts.redirectUris.map((uri) => ["Redirect URI", code(uri)]),
      ["Webhook URL", code(facts.webhookUrl)],
      ["Support", `${escapeHtml(facts.support.email)}, ${escapeHtml(facts.support.url)}`],
      ["Terms", escapeHtml(facts.termsUrl)],
    ],
  );

const scopes = (facts: Facts): string =>
  table(
    ["scope", "asked for by", "", "reason", "powód"],
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

const gallery = (pictures: readonly Picture[]): string =>
  pictures
    .map(
      ({ file, title, language }) =>
        `<figure><a href="${file}"><img src="${file}" alt="${escapeHtml(title)} (${language})"></a><figcaption>${escapeHtml(title)} (${language})</figcaption></figure>`,
    )
    .join("\n");

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); overflow-wrap: break-word; }
b, td code { white-space: nowrap; }
.good { color: light-dark(#0a6b2d, #6fdc8c); } .look { color: light-dark(#7a5200, #f1c21b); } .bad { color: light-dark(#b00020, #ff8389); }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1rem; }
figure { margin: 0; } img { width: 100%; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .4rem; }
`;

/** The one page that Revento opens first. It needs nothing but its folder. */
export function indexPage(facts: Facts, report: Report, pictures: readonly Picture[]): string {
  const sections = [
    ["Registration", registration(facts)],
    ["Scopes", scopes(facts)],
    ["Event types", eventTypes(facts)],
    [
      "Marketing copy",
      `<p>${escapeHtml(facts.marketing.en)}</p><p lang="pl">${escapeHtml(facts.marketing.pl)}</p>`,
    ],
    [
      "Pre-launch checklist",
      `<p>${escapeHtml(summaryOf(report))}. Commit ${code(report.commit)}.</p>${checklist(report)}`,
    ],
    ["Pages", `<div class="gallery">${gallery(pictures)}</div>`],
  ] as const;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(facts.name)}: production request</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(facts.name)}: production request</h1>
<p>Version ${escapeHtml(report.version)}, ${escapeHtml(report.at)}. Pages and checklist are of an instance with an emulated Revento at ${code(report.url)}.</p>
${sections.map(([title, body]) => `<h2>${title}</h2>\n${body}`).join("\n")}
</body></html>
`;
}
