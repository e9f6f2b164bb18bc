// Renews the elements that have an id and `data-live` from a fresh copy of this page.
// A page whose own address counts once (a callback) names the one that can be loaded again.
const { liveUrl } = document.body.dataset;
if (liveUrl !== undefined) history.replaceState(null, "", liveUrl);
const every = Number(document.body.dataset.liveEvery) * 1000;

async function renew() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const element of fresh.querySelectorAll("[data-live][id]")) {
    const old = document.getElementById(element.id);
    if (old === null || old.outerHTML === element.outerHTML || old.contains(document.activeElement)) continue;
    old.replaceWith(element);
  }
  if (fresh.body.dataset.liveEvery === undefined) clearInterval(timer);
}

const timer = setInterval(() => renew().catch(() => undefined), every);
