import { createHmac } from "node:crypto";
import { createServer, get, type Server as HttpServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Server, startServer } from "../../../emulator/node.ts";

const variables = {
  EMULATOR_PORT: "0",
  EMULATOR_SEED: "1",
  REVENTO_CLIENT_ID: "client_loopback",
  REVENTO_CLIENT_SECRET: "secret-of-the-loopback-tests",
  REVENTO_WEBHOOK_SECRET: "webhook-secret-of-the-loopback-tests",
};
const callbacks = {
  connect: "http://localhost:8787/connect/callback",
  login: "http://localhost:8787/login/callback",
};

let server: Server;
let endpoint: HttpServer;
const inbox: { headers: IncomingHttpHeaders; body: Buffer }[] = [];

beforeAll(async () => {
  endpoint = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      inbox.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, resolve));
  const { port } = endpoint.address() as AddressInfo;
  server = await startServer(variables, { webhookUrl: `http://localhost:${port}/webhooks/revento` });
});

afterAll(async () => {
  await server.close();
  await new Promise((resolve) => endpoint.close(resolve));
});

/** A browser with one cookie jar, that presses the buttons of the pages. */
async function consentInBrowser(url: URL, account: string): Promise<URL> {
  const origin = server.url;
  const post = (path: string, cookie: string, fields: Record<string, string>) =>
    fetch(`${origin}${path}`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, origin },
      body: new URLSearchParams({ request: url.search, ...fields }),
    });
  const signedIn = await post("/oauth/sign-in", "", { account });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await fetch(url, { headers: { cookie } });
  expect(await page.text()).toContain('name="decision" value="authorize"');
  const decided = await post("/oauth/authorize", cookie, {
    decision: "authorize",
    scope: "event.attendance",
  });
  return new URL(decided.headers.get("location") ?? "");
}

function configuration(): client.Configuration {
  const metadata = {
    issuer: server.url,
    authorization_endpoint: `${server.url}/oauth/authorize`,
    token_endpoint: `${server.url}/oauth/token`,
  };
  const { REVENTO_CLIENT_ID: id, REVENTO_CLIENT_SECRET: secret } = variables;
  const config = new client.Configuration(metadata, id, secret, client.ClientSecretPost(secret));
  client.allowInsecureRequests(config);
  return config;
}

async function flow(redirect_uri: string, scope: string, account: string) {
  const config = configuration();
  const [event_id = ""] = server.emulator.state.store.events.keys();
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope,
    state,
    event_id,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const back = await consentInBrowser(url, account);
  const checks = { pkceCodeVerifier: verifier, expectedState: state };
  return { config, tokens: await client.authorizationCodeGrant(config, back, checks) };
}

const accountOf = (kind: string) =>
  [...server.emulator.state.store.accounts.values()].find((account) => account.kind === kind)?.id ?? "";

it("[2.openid-client] openid-client completes both flows over HTTP and refreshes both tokens", async () => {
  const connected = await flow(callbacks.connect, "event.read participants.read", accountOf("organizer"));
  const signedIn = await flow(callbacks.login, "profile.read event.attendance", accountOf("person"));
  for (const { config, tokens } of [connected, signedIn]) {
    expect(tokens.expires_in).toBe(3600);
    const next = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    const again = client.refreshTokenGrant(config, tokens.refresh_token ?? "");
    await expect(again).rejects.toMatchObject({ error: "invalid_grant", status: 400 });
  }
});

it("[4.http] the API answers over HTTP, with one Date header", async () => {
  const { tokens } = await flow(callbacks.connect, "event.read participants.read", accountOf("organizer"));
  server.emulator.settings.skew_ms = 3_600_000;
  const response = await fetch(`${server.url}/api/v1/events/${tokens.event_id}/participants?limit=50`, {
    headers: { authorization: `Bearer ${tokens.access_token}`, accept: "application/vnd.revento.v1+json" },
  });
  server.emulator.settings.skew_ms = 0;
  expect(await response.json()).toMatchObject({ has_more: false, data: { length: 36 } });
  const ahead = Date.parse(response.headers.get("date") ?? "") - Date.now();
  expect(ahead).toBeGreaterThan(3_590_000);
});

it("[5.http] a click in the console sends a signed webhook over HTTP", async () => {
  const { tokens } = await flow(callbacks.connect, "event.read participants.read", accountOf("organizer"));
  const { participants } = server.emulator.state.store.events.get(String(tokens.event_id)) ?? {};
  const participant_id = participants?.all().find(({ status }) => status === "pending")?.id;
  const clicked = await fetch(`${server.url}/_emulator/actions/approve`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url },
    body: JSON.stringify({ participant_id }),
  });
  expect(clicked.status).toBe(200);
  await expect.poll(() => inbox.length).toBe(1);
  const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = inbox;
  const mac = createHmac("sha256", variables.REVENTO_WEBHOOK_SECRET);
  mac.update(`${headers["x-revento-timestamp"]}.`).update(body);
  expect(headers["x-revento-signature"]).toBe(`sha256=${mac.digest("hex")}`);
});

it("[faults.socket] a closed connection is a closed socket", async () => {
  for (const params of [{ work: "after" }, { work: "before" }]) {
    server.emulator.faults.add({ kind: "close", match: { endpoint: "token" }, params });
    await expect(fetch(`${server.url}/oauth/token`, { method: "POST" })).rejects.toThrow(/fetch failed/);
  }
  expect((await fetch(`${server.url}/oauth/token`, { method: "POST" })).status).toBe(400);
});

it("[node.port] a port that is taken is an error that says so", async () => {
  const port = new URL(server.url).port;
  await expect(startServer({ ...variables, EMULATOR_PORT: port })).rejects.toThrow(/EADDRINUSE/);
  await expect(startServer({ EMULATOR_PORT: "eighty" })).rejects.toThrow(
    /EMULATOR_PORT must be a whole number/,
  );
});

it("[node.local] a name that was rebound to this machine is refused, unless the emulator is opened", async () => {
  const ask = (port: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: `rebound.example:${port}` };
      get({ port, path: "/_emulator/status", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });
  expect(await ask(new URL(server.url).port)).toBe(403);
  const open = await startServer({ ...variables, EMULATOR_OPEN: "1" });
  expect(await ask(new URL(open.url).port)).toBe(200);
  await open.close();
});

it("[node.manifest] the manifest that is given as JSON is the registered one, and nonsense is refused", async () => {
  const manifest = {
    name: "Of a publisher",
    scopes: [{ name: "event.read", required: true }],
    declared_webhook_event_types: ["event.updated"],
  };
  const own = await startServer({ EMULATOR_PORT: "0", EMULATOR_INTEGRATION: JSON.stringify(manifest) });
  expect(own.emulator.state.integration).toMatchObject(manifest);
  await own.close();
  await expect(startServer({ EMULATOR_PORT: "0", EMULATOR_INTEGRATION: "{}" })).rejects.toThrow(
    /EMULATOR_INTEGRATION must have scopes/,
  );
});
