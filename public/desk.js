// A desk: everybody is loaded once, found on the device, and checked in at once. Taps wait in a queue on the device
// until the server has them; sending one twice is harmless.
const desk = document.getElementById("desk");
// Times are those of the event's place and written as on the rest of the page, wherever the device believes to be.
const { base, locale, timeZone, zoneName } = desk.dataset;
const texts = JSON.parse(desk.dataset.texts);
const byId = (id) => document.getElementById(id);
const [field, list, said, state, template] = ["q", "guests", "said", "connection", "guest"].map(byId);
const outcome = byId("outcome");
const numberFormat = new Intl.NumberFormat(locale);
const MAX_SHOWN = 20;
const QUEUE_KEY = `queue ${base}`;
const POLL_MS = 4000;
// The numbers that come with an answer may be a second old: asked for a little later, they count what was just sent.
const COUNTED_MS = 1200;
/** People keep changing at a large event, whose list is megabytes: loaded again at most this often for each of them. */
const SPACING_MS = 2;

const guests = new Map();
let since = 0;
let version = "";
let loadedAt = 0;
let loading = null;
/** Taps since the list was last asked for: it may have been read before them. */
let recent = [];
/** The list is older than what the server has. */
let isBehind = false;
/** Somebody was looked for in vain: they may be new. */
let isMissed = false;
// Whether the list is the one that the device kept, from when there was a network.
let isKept = false;
let isClosed = false;
let isSending = false;
let countTimer = 0;

// ── the queue ───────────────────────────────────────────────────────────────────────────────────────────────────────
const readQueue = () => JSON.parse(localStorage.getItem(QUEUE_KEY) ?? "[]");
const writeQueue = (queue) => localStorage.setItem(QUEUE_KEY, JSON.stringify(queue));

async function send() {
  if (isSending || isClosed) return;
  isSending = true;
  try {
    for (let queue = readQueue(); queue.length > 0; queue = readQueue()) {
      const batch = queue.slice(0, 100);
      const actions = batch.map(({ what, id, at }) => ({
        do: what,
        participant_id: id,
        age_ms: Math.max(0, Date.now() - at),
      }));
      const response = await fetch(`${base}/check-ins`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ actions }),
      });
      if (response.status === 401 || response.status === 404 || response.status === 410)
        return close(response.status);
      if (!response.ok && response.status !== 400) throw new Error(String(response.status));
      const sent = new Set(batch.map(({ key }) => key));
      writeQueue(readQueue().filter(({ key }) => !sent.has(key)));
      if (response.ok) tellResults(await response.json());
      clearTimeout(countTimer);
      countTimer = setTimeout(askAgain, COUNTED_MS);
    }
    showState();
  } catch {
    showState();
  } finally {
    isSending = false;
  }
}

function tap(guest, what) {
  if (isClosed) return;
  const action = { key: crypto.randomUUID(), what, id: guest.id, at: Date.now() };
  guest.checkedInAt = what === "check_in" ? action.at : null;
  recent.push(action);
  writeQueue([...readQueue(), action]);
  const mark = markOf(guest);
  const arrived = mark === null ? `✓ ${guest.name}` : `✓ ${guest.name} (${texts[mark]})`;
  said.textContent = what === "check_in" ? arrived : `${texts.undone} ${guest.name}`;
  navigator.vibrate?.(what === "check_in" ? 40 : [20, 40, 20]);
  render();
  send().catch(showState);
}

/** A code that was taken without a list, and that nobody has, is found out only when it is sent. */
function tellResults(answer) {
  const unknown = answer.results.filter(({ error }) => error === "not_found");
  if (unknown.length > 0)
    said.textContent = `${texts.unknown} ${unknown.map((result) => result.participant_id.slice(0, 40)).join(", ")}`;
  take(answer);
}

// Whoever signed out may come back and send what waits. A link that is revoked and an event that is gone never take it.
function close(status) {
  isClosed = true;
  if (status !== 401) localStorage.removeItem(QUEUE_KEY);
  said.textContent = texts.closed;
  list.replaceChildren();
  outcome.textContent = "";
  guests.clear();
}

// ── what the server says ────────────────────────────────────────────────────────────────────────────────────────────
function take({ changes, numbers, now }) {
  const waiting = new Set(readQueue().map(({ id }) => id));
  for (const { id, checkedInAt } of changes) {
    const guest = guests.get(id);
    if (guest !== undefined && !waiting.has(id)) guest.checkedInAt = checkedInAt;
  }
  // Only a poll tells what all doors did up to `now`; the answer to our own taps does not.
  if (now !== undefined) since = now;
  showNumbers(numbers);
  render();
}

function showNumbers({ checkedIn, expected, version: latest }) {
  isBehind = version !== "" && latest !== version;
  byId("checked-in").textContent = numberFormat.format(checkedIn);
  byId("expected").textContent = numberFormat.format(expected);
}

function showState() {
  const waiting = readQueue().length;
  state.textContent = waiting > 0 ? `${texts.offline} ${waiting}` : "";
}

/** Everybody anew: who came, changed or went since. What was tapped here meanwhile stays as it was tapped. */
function load() {
  loading ??= loadList().finally(() => {
    loading = null;
  });
  return loading;
}

async function loadList() {
  recent = readQueue();
  loadedAt = Date.now();
  const response = await fetch(`${base}/guests.json`, { headers: { accept: "application/json" } });
  if (response.status === 401 || response.status === 404 || response.status === 410)
    return close(response.status);
  if (!response.ok) throw new Error(String(response.status));
  isKept = response.headers.has("x-kept");
  const everybody = await response.json();
  guests.clear();
  for (const guest of everybody.guests) guests.set(guest.id, { ...guest, folded: fold(guest.name) });
  for (const { id, what, at } of [...recent, ...readQueue()]) {
    const guest = guests.get(id);
    if (guest !== undefined) guest.checkedInAt = what === "check_in" ? at : null;
  }
  since = everybody.now;
  version = everybody.numbers.version;
  isMissed = false;
  showNumbers(everybody.numbers);
  render();
}

async function poll() {
  if (isClosed || document.hidden) return;
  if (readQueue().length > 0) await send();
  if (guests.size === 0 || isKept) return load();
  const response = await fetch(`${base}/changes.json?since=${since}`, {
    headers: { accept: "application/json" },
  });
  if (response.status === 401 || response.status === 404 || response.status === 410)
    return close(response.status);
  if (response.ok) take(await response.json());
  if (isBehind && (isMissed || Date.now() - loadedAt > guests.size * SPACING_MS)) await load();
}

const askAgain = () => poll().catch(showState);

// ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────
const PLAIN = { ł: "l", ø: "o", đ: "d", ß: "ss", æ: "ae", œ: "oe", ı: "i" };

function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[łøđßæœı]/g, (letter) => PLAIN[letter]);
}

function found() {
  const query = field.value.trim();
  if (query === "") return [];
  const exact = guests.get(query);
  if (exact !== undefined) return [exact];
  const words = fold(query).split(/\s+/);
  return [...guests.values()].filter(({ folded }) => words.every((word) => folded.includes(word)));
}

/** That nobody was found, or that not everybody is shown. */
function outcomeOf(all) {
  const query = field.value.trim();
  if (query === "") return "";
  const values = { query, shown: numberFormat.format(MAX_SHOWN), all: numberFormat.format(all) };
  const text = all === 0 ? texts.nobody : all > MAX_SHOWN ? texts.cut : "";
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function badge(text, tone) {
  const element = document.createElement("span");
  element.className = `badge ${tone}`;
  element.textContent = text;
  return element;
}

/** What is amiss with somebody; not having registered is said of those alone who otherwise might come in. */
const markOf = ({ flag, isRegistered }) => flag ?? (isRegistered ? null : "not_registered");

function row(guest) {
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.id = guest.id;
  const name = item.querySelector(".name");
  name.textContent = guest.name;
  name.title = guest.name;
  item.querySelector(".code").textContent = guest.id;
  item.querySelector(".role").textContent = guest.role ?? "";
  const marks = item.querySelector(".marks");
  const mark = markOf(guest);
  if (mark !== null) marks.append(badge(texts[mark], mark === "cancelled" ? "bad" : "warn"));
  const button = item.querySelector("button");
  const isHere = guest.checkedInAt !== null;
  if (isHere) {
    const time = new Date(guest.checkedInAt).toLocaleTimeString(locale, {
      timeZone,
      timeZoneName: zoneName,
      hour: "2-digit",
      minute: "2-digit",
    });
    marks.append(badge(`${texts.here} ${time}`, "ok"));
  }
  button.value = isHere ? "undo" : "check_in";
  button.className = isHere ? "plain" : "big";
  button.textContent = isHere ? texts.undo : texts.in;
  button.setAttribute("aria-label", `${button.textContent}: ${guest.name}`);
  item.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    tap(guest, button.value);
  });
  return item;
}

function render() {
  if (isClosed || guests.size === 0) return;
  const focused = document.activeElement?.closest?.(".guest")?.dataset.id;
  const matches = found();
  list.replaceChildren(...matches.slice(0, MAX_SHOWN).map(row));
  // Written only when it is another: a screen reader says it each time.
  const text = outcomeOf(matches.length);
  if (outcome.textContent !== text) outcome.textContent = text;
  if (focused !== undefined) list.querySelector(`[data-id="${CSS.escape(focused)}"] button`)?.focus();
}

// ── badges ──────────────────────────────────────────────────────────────────────────────────────────────────────────
const codeAlone = (id) => ({ id, name: id, role: null, flag: null, isRegistered: true, checkedInAt: null });

function readBadge(code) {
  const id =
    code
      .trim()
      .split(/[/?=#]/)
      .findLast((part) => guests.has(part)) ?? code.trim();
  // Without the list nobody can be looked up: the code is taken, and the server says later whose it is.
  const guest = guests.size === 0 ? codeAlone(id) : guests.get(id);
  if (guest === undefined) {
    said.textContent = `${texts.unknown} ${code.slice(0, 40)}`;
    isMissed = true;
    setTimeout(askAgain);
    return;
  }
  field.value = guest.id;
  if (guest.checkedInAt === null && guest.flag === null) tap(guest, "check_in");
  else render();
}

function stopScan(button, camera) {
  for (const track of camera.srcObject?.getTracks() ?? []) track.stop();
  camera.srcObject = null;
  camera.hidden = true;
  button.textContent = texts.scan;
}

async function scan(button, camera) {
  if (camera.srcObject !== null) return stopScan(button, camera);
  // What reads codes is loaded only now: a door that types stays light.
  const [stream, { codeReader }] = await Promise.all([
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }),
    import("/scan.js"),
  ]);
  camera.srcObject = stream;
  camera.hidden = false;
  button.textContent = texts.stop;
  const [read] = await Promise.all([codeReader(), camera.play()]);
  let last = { code: "", at: 0 };
  while (camera.srcObject !== null) {
    const code = await read(camera).catch(() => "");
    if (code !== "" && (code !== last.code || Date.now() - last.at > 5000)) {
      last = { code, at: Date.now() };
      readBadge(code);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const button = byId("scan");
if (navigator.mediaDevices !== undefined) {
  const camera = byId("camera");
  button.hidden = false;
  button.addEventListener("click", () =>
    scan(button, camera).catch(() => {
      stopScan(button, camera);
      said.textContent = texts.noCamera;
    }),
  );
}

field.addEventListener("input", () => {
  render();
  isMissed = list.childElementCount === 0 && field.value.trim() !== "";
});
field.form.addEventListener("submit", (event) => {
  if (guests.size === 0 && navigator.onLine) return;
  event.preventDefault();
  if (guests.size === 0 && field.value.trim() !== "") return readBadge(field.value);
  const [only, ...others] = found();
  if (only !== undefined && others.length === 0) list.querySelector("button")?.focus();
});
addEventListener("online", () => send().catch(showState));
setInterval(askAgain, POLL_MS);
load().then(send).catch(showState);
showState();

// A door (not an organizer's page, which shows more) opens again without a network.
if (base.startsWith("/door/"))
  navigator.serviceWorker?.register("/door-sw.js", { scope: base }).catch(() => undefined);
