// The big number: pushed through a socket. When the socket is broken, live.js goes on asking.
const wall = document.getElementById("wall");
const format = new Intl.NumberFormat(wall.dataset.language);
const LONGEST_WAIT_MS = 30_000;
let waitMs = 1000;

function show({ checkedIn, expected }) {
  for (const [id, value] of [
    ["count", checkedIn],
    ["expected", expected],
  ]) {
    const text = format.format(value);
    const element = document.getElementById(id);
    if (element.textContent !== text) element.textContent = text;
  }
}

async function ask() {
  const response = await fetch(wall.dataset.socket.replace(/live$/, `changes.json?since=${Date.now()}`));
  if (response.ok) show((await response.json()).numbers);
}

function connect() {
  const socket = new WebSocket(new URL(wall.dataset.socket, location.href.replace(/^http/, "ws")));
  socket.addEventListener("open", () => {
    waitMs = 1000;
    ask().catch(() => undefined);
  });
  socket.addEventListener("message", ({ data }) => show(JSON.parse(data)));
  socket.addEventListener("close", ({ code }) => {
    if (code === 4001) return location.reload();
    setTimeout(connect, waitMs * (0.5 + Math.random() / 2));
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  });
  // A network that vanished without a word is noticed only by talking.
  const heartbeat = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.send("ping");
    else if (socket.readyState === WebSocket.CLOSED) clearInterval(heartbeat);
  }, 25_000);
}

setInterval(() => ask().catch(() => undefined), 15_000);
connect();
