// A door without a network. One worker and one cache a door, named by its link: it holds the door's page, its list of
// people and the files of both, and nothing else. As soon as the server refuses the link, all of it is dropped.
const scope = new URL(registration.scope).pathname;
const NAME = `door ${scope}`;
const KEPT = [scope, `${scope}/guests.json`];
const FILES = ["/desk.js", "/scan.js", "/ui.css", "/favicon.svg", "/vendor/jsqr/jsQR.js"];
/** A list of people is not kept on a device for longer than an event's day. */
const MAX_AGE_MS = 24 * 3_600_000;
const REFUSED = [401, 403, 404, 410];

addEventListener("install", (event) => event.waitUntil(fill().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function fill() {
  await (await caches.open(NAME)).addAll(FILES);
  for (const path of KEPT) await ask(new Request(path), path);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  const isDoors = pathname === scope || pathname.startsWith(`${scope}/`);
  if (!isDoors && !FILES.includes(pathname)) return;
  event.respondWith(ask(request, pathname));
});

/** The network's answer, kept; what was kept, where the network gives none. */
async function ask(request, path) {
  const isKept = request.method === "GET" && (KEPT.includes(path) || FILES.includes(path));
  let response;
  try {
    response = await fetch(request);
  } catch (error) {
    const kept = isKept ? await find(path) : undefined;
    if (kept === undefined) throw error;
    return kept;
  }
  if (REFUSED.includes(response.status) && !FILES.includes(path)) await drop();
  else if (response.status === 200 && isKept) await keep(path, response.clone());
  return (response.status >= 500 && isKept && (await find(path))) || response;
}

async function keep(path, response) {
  const headers = new Headers(response.headers);
  headers.set("x-kept", String(Date.now()));
  const copy = new Response(await response.blob(), { headers });
  await (await caches.open(NAME)).put(path, copy);
}

async function find(path) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(path);
  if (kept === undefined || FILES.includes(path)) return kept;
  if (Date.now() - Number(kept.headers.get("x-kept")) < MAX_AGE_MS) return kept;
  await cache.delete(path);
}

async function drop() {
  await caches.delete(NAME);
  await registration.unregister();
}
