import { expect, it } from "vitest";
import {
  authorizeUrl,
  call,
  connect,
  control,
  createWorld,
  errorOf,
  exchange,
  first,
  login,
  participants,
  refresh,
  type Tokens,
  tokensOf,
  userOf,
  type World,
} from "./support/world.ts";

/** Two connected events and one signed-in user. */
async function running() {
  const world = createWorld();
  const one = await connect(world);
  const two = await connect(world, world.otherEventId);
  return { world, one, two, user: await login(world) };
}

async function sent(world: World) {
  await world.emulator.deliverDue();
  return world.inbox.splice(0).map(({ body }) => [body.type, body.event_id, body.data.reason]);
}

async function isDead(world: World, tokens: Tokens): Promise<boolean> {
  const path = tokens.user_id ? "/me/profile" : `/events/${tokens.event_id}`;
  const answer = await call(world, tokens.access_token, path);
  if (answer.status === 200) return false;
  expect(await errorOf(answer)).toEqual([401, "token_revoked"]);
  expect(await errorOf(await refresh(world, tokens.refresh_token))).toEqual([400, "invalid_grant"]);
  return true;
}

it("[6.disconnect] the organizer's disconnect ends the tokens of this event and asks for deletion", async () => {
  const { world, one, two, user } = await running();
  world.emulator.actions.disconnect(world.eventId);
  expect(await sent(world)).toEqual([["data.deletion_required", world.eventId, "organizer_revoked"]]);
  expect([await isDead(world, one), await isDead(world, user), await isDead(world, two)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(world.emulator.state.connections.get(world.eventId)).toMatchObject({
    status: "ended",
    reason: "organizer_revoked",
  });
  expect(() => world.emulator.actions.disconnect(world.eventId)).toThrow(/not connected/);
});

it("[6.archive] archiving an event does the same, for its own reason", async () => {
  const { world, one, two } = await running();
  world.emulator.actions.archiveEvent(world.eventId);
  expect(await sent(world)).toEqual([["data.deletion_required", world.eventId, "event_archived"]]);
  expect([await isDead(world, one), await isDead(world, two)]).toEqual([true, false]);
});

it("[6.formal] an organization that loses its formal status loses every connection", async () => {
  const { world, one, two, user } = await running();
  world.emulator.actions.removeFormalStatus();
  expect(await sent(world)).toEqual([
    ["data.deletion_required", world.eventId, "formal_status_lost"],
    ["data.deletion_required", world.otherEventId, "formal_status_lost"],
  ]);
  for (const tokens of [one, two, user]) expect(await isDead(world, tokens)).toBe(true);
});

it("[5.deletion-reason] data.deletion_required is minimal, and its reason is a switch", async () => {
  const { world } = await running();
  world.emulator.settings.deletion_reason = false;
  world.emulator.actions.disconnect(world.eventId);
  await world.emulator.deliverDue();
  expect(Object.keys(first(world.inbox).body.data).sort()).toEqual(["event_id", "organization_id"]);
});

it("[6.suspend] suspension kills every token at once, fires one webhook, and needs no deletion", async () => {
  const { world, one, two, user } = await running();
  world.emulator.actions.suspend();
  expect(await sent(world)).toEqual([["integration.suspended", null, undefined]]);
  for (const tokens of [one, two, user]) expect(await isDead(world, tokens)).toBe(true);
});

it("[6.suspend-ended] what ended before a suspension stays ended, and does not end again", async () => {
  const { world } = await running();
  world.emulator.actions.disconnect(world.eventId);
  world.emulator.actions.suspend();
  const { connections } = world.emulator.state;
  expect(connections.get(world.eventId)).toMatchObject({ status: "ended", reason: "organizer_revoked" });
  expect(connections.get(world.otherEventId)).toMatchObject({ status: "suspended", reason: "suspended" });
  world.inbox.length = 0;
  world.emulator.actions.unpublishIntegration();
  await world.emulator.deliverDue();
  const deletions = world.inbox.filter(({ body }) => body.data.reason === "unpublished");
  expect(deletions.map(({ body }) => body.event_id)).toEqual([world.otherEventId]);
});

it("[6.unsuspend] after a suspension connections do not come back: the organizer reconnects", async () => {
  const { world, one } = await running();
  world.emulator.actions.suspend();
  await expect(connect(world)).rejects.toThrow(/integration_suspended/);
  world.emulator.actions.unsuspend();
  expect(await isDead(world, one)).toBe(true);
  expect(world.emulator.state.connections.get(world.eventId)?.status).toBe("suspended");
  expect(await isDead(world, await connect(world))).toBe(false);
});

it("[6.suspended-code] a code from before the suspension is worth nothing during it", async () => {
  const world = createWorld();
  const url = await world.emulator.authorize({ url: authorizeUrl(world) });
  world.emulator.actions.suspend();
  expect(await errorOf(await exchange(world, url))).toEqual([400, "invalid_grant"]);
});

it("[6.deprecated] a deprecated integration works on where it is connected, and nowhere new", async () => {
  const world = createWorld();
  const one = await connect(world);
  world.emulator.actions.deprecate();
  expect(await isDead(world, one)).toBe(false);
  expect((await refresh(world, one.refresh_token)).status).toBe(200);
  await expect(connect(world, world.otherEventId)).rejects.toThrow(/integration_deprecated/);
});

it("[6.unpublish] unpublishing ends all tokens, and deletion is due per connection", async () => {
  const { world, one, two, user } = await running();
  world.emulator.actions.unpublishIntegration();
  expect(await sent(world)).toEqual([
    ["integration.unpublished", null, undefined],
    ["data.deletion_required", world.eventId, "unpublished"],
    ["data.deletion_required", world.otherEventId, "unpublished"],
  ]);
  for (const tokens of [one, two, user]) expect(await isDead(world, tokens)).toBe(true);
  await expect(connect(world)).rejects.toThrow(/integration_unpublished/);
});

it("[5.user-revoked] a user who withdraws ends their own tokens and nobody else's", async () => {
  const { world, one, user } = await running();
  const other = await login(world, userOf(world, participants(world)[1] ?? ""));
  world.emulator.actions.revokeUser(user.user_id ?? "");
  await world.emulator.deliverDue();
  expect(first(world.inbox).body).toMatchObject({
    type: "user.revoked_access",
    event_id: world.eventId,
    data: { user_id: user.user_id },
  });
  expect([await isDead(world, user), await isDead(world, other), await isDead(world, one)]).toEqual([
    true,
    false,
    false,
  ]);
});

it("[1.user-event] a user token is bound to one event: the same person has another one for another event", async () => {
  const { world } = await running();
  const { applications } = world.emulator.state.store;
  const both = [...applications].find(([, events]) => events.size === 2)?.[0] ?? "";
  const one = await login(world, both);
  const two = await login(world, both, world.otherEventId);
  expect([one.event_id, two.event_id, one.user_id]).toEqual([world.eventId, world.otherEventId, two.user_id]);
  for (const [tokens, event] of [
    [one, world.eventId],
    [two, world.otherEventId],
  ] as const) {
    const answer = (await (await call(world, tokens.access_token, "/me/application")).json()) as {
      data: object[];
    };
    expect(answer.data).toMatchObject([{ event_id: event }]);
  }
  world.emulator.actions.revokeUser(both, world.eventId);
  expect([await isDead(world, one), await isDead(world, two)]).toEqual([true, false]);
});

it("[3.new-scope] a new scope asks for consent again: the old connection works on without it", async () => {
  const world = createWorld();
  const before = await connect(world);
  world.emulator.actions.declareScope({ name: "badges.read", required: true });
  expect(await isDead(world, before)).toBe(false);
  const shown = await (await control(world, "GET", "/state/connections")).json();
  expect(shown).toMatchObject({ data: [{ reconsent_required: true, unconsented_scopes: ["badges.read"] }] });
  const url = await world.emulator.authorize({
    url: authorizeUrl(world, { scope: "event.read badges.read" }),
  });
  expect((await tokensOf(await exchange(world, url))).scope).toBe("event.read badges.read");
  const after = await (await control(world, "GET", "/state/connections")).json();
  expect(after).toMatchObject({ data: [{ reconsent_required: false }] });
});
