/**
 * The console's script, served as a file. Buttons and forms carry what they send in `data-` attributes; the page renews
 * itself in place, so that focus, open details and half-typed forms stay.
 */
export const SCRIPT = String.raw`"use strict";
const $ = (id) => document.getElementById(id);
const EVERY_MS = 2000;
let asked = 0;

function keyOf(node) {
  return node.nodeType === 1 ? node.id || node.getAttribute("data-key") : null;
}

function morphAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (name === "open" && from.localName === "details") continue;
    if (!to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const { name, value } of [...to.attributes]) {
    if (name === "open" && from.localName === "details") continue;
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

/** Makes one element like another, and keeps what is the same. */
function morph(from, to) {
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName || keyOf(from) !== keyOf(to)) {
    from.replaceWith(to);
    return;
  }
  if (from.nodeType !== 1) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (from.isTouched || (from.localName === "form" && from.contains(document.activeElement))) return;
  morphAttributes(from, to);
  const keyed = new Map();
  for (const child of from.children) if (keyOf(child)) keyed.set(keyOf(child), child);
  let place = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const known = keyOf(wanted) && keyed.get(keyOf(wanted));
    if (known) {
      if (known !== place) from.insertBefore(known, place);
      else place = place.nextSibling;
      morph(known, wanted);
    } else if (place && !keyOf(place) && place.nodeName === wanted.nodeName) {
      const next = place.nextSibling;
      morph(place, wanted);
      place = next;
    } else from.insertBefore(wanted, place);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

async function refresh() {
  const turn = ++asked;
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    if (turn !== asked || !next.getElementById("page")) return;
    for (const id of ["side", "page"]) morph($(id), next.getElementById(id));
    document.title = next.title;
    $("offline").hidden = true;
  } catch {
    if (turn === asked) $("offline").hidden = false;
  }
}

function link(href, text) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = text;
  return anchor;
}

/** Says what happened; a secret stays until it is closed. */
function say(parts, kind, stays) {
  const toast = document.createElement("p");
  toast.className = "toast " + kind;
  for (const part of parts) toast.append(part);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.onclick = () => toast.remove();
  toast.append(close);
  if (stays) toast.dataset.stays = "";
  $("toasts").append(toast);
  const passing = $("toasts").querySelectorAll(".toast:not([data-stays])");
  if (passing.length > 3) passing[0].remove();
  if (!stays) setTimeout(() => toast.remove(), kind === "bad" ? 12000 : 6000);
}

function sayDone(text, answer) {
  const parts = [text + ". "];
  for (const { type, delivery_ids: ids, not_sent: why } of answer.webhooks || []) {
    if (ids.length > 0) parts.push(link("/deliveries/" + ids[0], type), ids.length > 1 ? " ×" + ids.length + " " : " ");
    else parts.push(type + " was not sent: " + why + ". ");
  }
  const secret = (answer.result || {}).webhook_secret || (answer.result || {}).client_secret;
  if (secret) {
    const code = document.createElement("code");
    code.textContent = secret;
    parts.push("It is now ", code, " ");
  }
  say(parts, "good", Boolean(secret));
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

async function send(element, url, body, method) {
  element.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, {
      method: method || "POST",
      headers: { "content-type": "application/json" },
      body: method === "DELETE" ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) {
      say([capital(answer.message || response.statusText)], "bad");
      return false;
    }
    sayDone(element.dataset.done || "Done", answer);
    return true;
  } catch (error) {
    say(["The emulator does not answer: " + error.message], "bad");
    return false;
  } finally {
    element.removeAttribute("aria-busy");
    await refresh();
    setTimeout(refresh, 500);
  }
}

const READ = {
  text: (field) => field.value,
  number: (field) => Number(field.value),
  boolean: (field) => (field.type === "checkbox" ? field.checked : field.value === "true"),
  lines: (field) => field.value.split(/[\s,]+/).filter(Boolean),
  numbers: (field) => field.value.split(/[\s,]+/).filter(Boolean).map(Number),
  json: (field) => JSON.parse(field.value),
  count: (field) => (field.value === "" ? null : Number(field.value)),
};

function isUnchanged(field) {
  if (field.type === "checkbox") return field.checked === field.defaultChecked;
  if (field.localName === "select") {
    return [...field.options].every((option) => option.selected === option.defaultSelected);
  }
  return field.value === field.defaultValue;
}

function put(body, path, value) {
  const names = path.split(".");
  const last = names.pop();
  let place = body;
  for (const name of names) place = place[name] = place[name] || {};
  place[last] = value;
}

/** The body of a form. With data-changed only what was changed; several boxes of one name are a list. */
function bodyOf(form) {
  const body = JSON.parse(form.dataset.body || "{}");
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    const kind = field.dataset.kind || "text";
    if (kind === "box") {
      if (!body[field.name]) body[field.name] = [];
      if (field.checked) body[field.name].push(field.value);
      continue;
    }
    if ("changed" in form.dataset && isUnchanged(field)) continue;
    if (field.value === "" && kind !== "count" && !("empty" in field.dataset)) continue;
    put(body, field.name, READ[kind](field));
  }
  return body;
}

async function submit(form) {
  let body;
  try {
    body = bodyOf(form);
  } catch (error) {
    say(["This is no JSON: " + error.message], "bad");
    return;
  }
  form.isTouched = false;
  if (document.activeElement && form.contains(document.activeElement)) document.activeElement.blur();
  const isFine = await send(form, form.dataset.post, body);
  if (isFine || "auto" in form.dataset) {
    form.reset();
    if (form.dataset.then) location.assign(form.dataset.then);
  } else form.isTouched = true;
}

function search(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  history.replaceState(null, "", location.pathname + (query.size > 0 ? "?" + query : ""));
  refresh();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-post]");
  if (!button || button.getAttribute("aria-busy")) return;
  send(button, button.dataset.post, JSON.parse(button.dataset.body || "{}"), button.dataset.method);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.post === undefined && form.dataset.search === undefined) return;
  event.preventDefault();
  if (form.dataset.search === undefined) submit(form);
  else search(form);
});

let typing;
document.addEventListener("input", (event) => {
  const { form } = event.target;
  if (!form) return;
  if (form.dataset.search !== undefined) {
    clearTimeout(typing);
    typing = setTimeout(() => search(form), 200);
  } else form.isTouched = true;
});

document.addEventListener("change", (event) => {
  const { form } = event.target;
  if (form && "auto" in form.dataset) form.requestSubmit();
});

setInterval(() => {
  if (document.visibilityState === "visible") refresh();
}, EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") refresh();
});
`;
