import { html, raw } from "hono/html";

export type Html = ReturnType<typeof html>;
type Tone = "good" | "warn" | "bad" | "info" | "off";

const TONES: Record<string, Tone> = {
  pending: "warn",
  approved: "good",
  rejected: "bad",
  revision_requested: "info",
  cancelled: "off",
  registered: "good",
  published: "good",
  draft: "off",
  unpublished: "off",
  archived: "bad",
  active: "good",
  ended: "bad",
  revoked: "bad",
  suspended: "warn",
  deprecated: "warn",
  delivered: "good",
  retrying: "warn",
  held: "warn",
  sending: "info",
  dead: "bad",
  lost: "bad",
  scheduled: "good",
  full: "bad",
  nearly_full: "warn",
};

export function badge(text: string, tone: Tone = TONES[text] ?? "off"): Html {
  return html`<span class="badge ${tone}">${text.replaceAll("_", " ")}</span>`;
}

interface ButtonLook {
  /** `main` for the one that is meant, `danger` for what ends something. */
  look?: "main" | "danger" | "";
  small?: boolean;
  /** What the console says afterwards. */
  done?: string;
  method?: "POST" | "DELETE";
}

/** A button that sends JSON to the control API. */
export function button(url: string, body: object, label: string, options: ButtonLook = {}): Html {
  const { look = "", small = false, done = label, method = "POST" } = options;
  return html`<button type="button" class="${look}${small ? " small" : ""}" data-post="${url}"
data-body="${JSON.stringify(body)}" data-done="${done}" data-method="${method}">${label}</button>`;
}

/** What makes a form send its fields as JSON, added to `body`, to the control API. */
export function posts(url: string, body: object, done: string): Html {
  return html`data-post="/_emulator${url}" data-body="${JSON.stringify(body)}" data-done="${done}"`;
}

/** A table that becomes cards on a narrow screen. */
export function table(label: string, headings: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="table" tabindex="0" role="region" aria-label="${label}"><table class="cards">
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** A button for one of the actions. */
export function act(name: string, body: object, label: string, options: ButtonLook = {}): Html {
  return button(`/_emulator/actions/${name}`, body, label, options);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `21 Nov 22:40:05`, UTC; the full time is in the attribute. */
export function moment(time: string | number | null | undefined): Html {
  if (time === null || time === undefined) return html`<span class="quiet">—</span>`;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return html`${time}`;
  const iso = date.toISOString();
  const text = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${iso.slice(11, 19)}`;
  return html`<time datetime="${iso}" title="${iso}">${text}</time>`;
}

/** `2 d 3 h`, `4 min 5 s`, `250 ms`: the two greatest units. */
export function duration(ms: number): string {
  const units: [string, number][] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ];
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  let left = Math.round(Math.abs(ms) / 1000) * 1000;
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return `${ms < 0 ? "−" : ""}${parts.slice(0, 2).join(" ")}`;
}

/** A bar that fills from the left; it says its numbers to a screen reader too. */
export function bar(label: string, used: number, total: number): Html {
  const share = total === 0 ? 0 : Math.min(100, (used / total) * 100);
  const tone = share >= 100 ? "bad" : share >= 80 ? "warn" : "";
  return html`<svg class="bar ${tone}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img"
aria-label="${label}: ${used} of ${total}"><rect width="${share.toFixed(1)}" height="8"></rect></svg>`;
}

export function option(value: string, label: string, isChosen: boolean): Html {
  return html`<option value="${value}" ${raw(isChosen ? "selected" : "")}>${label}</option>`;
}

interface Field {
  label: string;
  name: string;
  value?: string | number | null | undefined;
  type?: string;
  /** How the script reads it: see `READ` there. */
  kind?: string;
  placeholder?: string;
}

export function field({ label, name, value, type = "text", kind = "text", placeholder = "" }: Field): Html {
  return html`<label>${label}<input type="${type}" name="${name}" value="${value ?? ""}" data-kind="${kind}"
placeholder="${placeholder}" autocomplete="off"></label>`;
}

export function choice(
  label: string,
  name: string,
  value: string,
  options: readonly (readonly [string, string])[],
): Html {
  return html`<label>${label}<select name="${name}">${options.map(([id, text]) => option(id, text, id === value))}</select></label>`;
}

/** Links that choose one of several views of a page. */
export function tabs(label: string, links: { href: string; text: string; isCurrent: boolean }[]): Html {
  const tab = ({ href, text, isCurrent }: (typeof links)[number]) =>
    html`<li><a href="${href}" ${raw(isCurrent ? 'aria-current="true"' : "")}>${text}</a></li>`;
  return html`<nav aria-label="${label}"><ul class="tabs">${links.map(tab)}</ul></nav>`;
}

/** JSON as people read it. */
export function json(label: string, value: unknown): Html {
  return html`<details><summary>${label}</summary><pre tabindex="0">${JSON.stringify(value, null, 2)}</pre></details>`;
}

export const plural = (count: number, word: string): string =>
  `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
