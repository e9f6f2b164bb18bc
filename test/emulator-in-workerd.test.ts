import { expect, it } from "vitest";
import { createEmulator } from "../emulator/index.ts";

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK = "http://localhost:8787/connect/callback";

it("[engine.workerd] the emulator's engine runs inside workerd: connect, read, refresh, webhook, fault", async () => {
  const received: Request[] = [];
  const emulator = createEmulator({
    seed: 1,
    autoDeliver: false,
    clientId: "client_workerd",
    clientSecret: "secret-of-the-workerd-test",
    fetch: async (input, init) => {
      received.push(new Request(input, init));
      return new Response("ok");
    },
  });
  const [eventId = ""] = emulator.state.store.events.keys();
  const url = new URL("http://localhost:8788/oauth/authorize");
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: "client_workerd",
    redirect_uri: CALLBACK,
    scope: "event.read participants.read",
    state: "s",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    event_id: eventId,
  }).toString();
  expect((await emulator.fetch(new Request(url))).headers.get("content-type")).toContain("text/html");
  const back = new URL(await emulator.authorize({ url: url.toString() }));
  const token = async (fields: Record<string, string>) => {
    const credentials = { client_id: "client_workerd", client_secret: "secret-of-the-workerd-test" };
    const body = new URLSearchParams({ ...credentials, ...fields });
    const response = await emulator.fetch(
      new Request("http://localhost:8788/oauth/token", { method: "POST", body }),
    );
    expect(response.status).toBe(200);
    return (await response.json()) as { access_token: string; refresh_token: string };
  };
  const code = back.searchParams.get("code") ?? "";
  const one = await token({
    grant_type: "authorization_code",
    code,
    code_verifier: VERIFIER,
    redirect_uri: CALLBACK,
  });
  const two = await token({ grant_type: "refresh_token", refresh_token: one.refresh_token });
  const list = () =>
    emulator.fetch(
      new Request(`http://localhost:8788/api/v1/events/${eventId}/participants?limit=50`, {
        headers: { authorization: `Bearer ${two.access_token}`, accept: "application/vnd.revento.v1+json" },
      }),
    );
  const { data } = (await (await list()).json()) as { data: { id: string; application_status: string }[] };
  expect(data).toHaveLength(36);
  const pending = data.find(({ application_status }) => application_status === "pending");
  emulator.actions.approve(eventId, pending?.id ?? "");
  await emulator.deliverDue();
  expect(received.map(({ headers }) => headers.get("x-revento-event"))).toEqual(["application.approved"]);
  emulator.faults.add({ kind: "close", match: { endpoint: "participants" } });
  await expect(list()).rejects.toThrow(TypeError);
});
