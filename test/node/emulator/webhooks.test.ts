import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { EVENT_TYPES } from "../../../emulator/webhooks/types.ts";
import {
  connect,
  createWorld,
  first,
  login,
  participants,
  SECRET,
  userOf,
  type World,
  walk,
} from "./support/world.ts";

const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** Connects, and hands over what the endpoint gets from now on. */
async function connected() {
  const world = createWorld();
  const tokens = await connect(world);
  return { world, tokens, pending: first(participants(world, "pending")) };
}

async function received(world: World) {
  await world.emulator.deliverDue();
  return world.inbox.splice(0);
}

const types = async (world: World) => (await received(world)).map(({ body }) => body.type);

it("[5.headers] a delivery carries event, delivery id, timestamp, signature and a request id", async () => {
  const { world, pending } = await connected();
  world.emulator.actions.approve(world.eventId, pending);
  const { headers, body } = first(await received(world));
  expect(headers.get("x-revento-event")).toBe("application.approved");
  expect(headers.get("x-revento-delivery-id")).toMatch(UUID_V4);
  expect(headers.get("x-revento-timestamp")).toBe(String(world.real.now / 1000));
  expect(headers.get("x-revento-request-id")).toMatch(UUID_V4);
  expect(body.type).toBe("application.approved");
});

it("[5.signature] Node's own crypto verifies the signature by the published recipe", async () => {
  const { world, pending } = await connected();
  world.emulator.actions.editProfile(world.eventId, pending, { display_name: "Zażółć gęślą jaźń ✓" });
  const { headers, text } = first(await received(world));
  const signed = `${headers.get("x-revento-timestamp")}.${text}`;
  const expected = createHmac("sha256", SECRET).update(Buffer.from(signed, "utf8")).digest("hex");
  expect(headers.get("x-revento-signature")).toBe(`sha256=${expected}`);
});

it("[5.rotation] after a rotation of the secret, deliveries and retries are signed with the new one", async () => {
  const { world, pending } = await connected();
  world.emulator.actions.rotateWebhookSecret("another-secret");
  world.emulator.actions.approve(world.eventId, pending);
  const { headers, text } = first(await received(world));
  const mac = createHmac("sha256", "another-secret").update(`${headers.get("x-revento-timestamp")}.${text}`);
  expect(headers.get("x-revento-signature")).toBe(`sha256=${mac.digest("hex")}`);
});

it("[5.body] the body has all six fields, and null for what concerns the whole integration", async () => {
  const { world, pending } = await connected();
  world.emulator.actions.approve(world.eventId, pending);
  world.emulator.actions.suspend();
  const [approved, suspended] = await received(world);
  const fields = ["data", "event_id", "id", "occurred_at", "organization_id", "type"];
  for (const delivery of [approved, suspended])
    expect(Object.keys(delivery?.body ?? {}).sort()).toEqual(fields);
  expect(approved?.body).toMatchObject({
    event_id: world.eventId,
    organization_id: world.emulator.state.store.organization.id,
    occurred_at: new Date(world.real.now).toISOString(),
  });
  expect(suspended?.body).toMatchObject({
    type: "integration.suspended",
    event_id: null,
    organization_id: null,
  });
});

it("[5.application] application webhooks are full snapshots of the application", async () => {
  const { world, pending } = await connected();
  const { actions } = world.emulator;
  actions.approve(world.eventId, pending);
  actions.reject(world.eventId, pending);
  actions.requestRevision(world.eventId, pending);
  actions.resubmit(world.eventId, pending);
  const all = await received(world);
  expect(all.map(({ body }) => [body.type, body.data.status])).toEqual([
    ["application.approved", "approved"],
    ["application.rejected", "rejected"],
    ["application.revision_requested", "revision_requested"],
    ["application.submitted", "pending"],
  ]);
  for (const { body } of all) {
    expect(body.data).toMatchObject({ participant_id: pending, user_id: userOf(world, pending) });
    expect(body.data).toHaveProperty("submitted_at");
    expect(body.data).toHaveProperty("custom_form_fields.favorite_track");
  }
  expect(first(all).body.data).toMatchObject({
    approved_at: expect.any(String),
    approver_id: expect.any(String),
  });
});

it("[5.registered] registered means approved, and paid where that applies", async () => {
  const { world, pending } = await connected();
  await connect(world, world.otherEventId);
  const { actions } = world.emulator;
  expect(() => actions.register(world.eventId, pending)).toThrow(/not approved/);
  actions.approve(world.eventId, pending);
  expect(await types(world)).toEqual(["application.approved"]);
  actions.register(world.eventId, pending);
  expect(await types(world)).toEqual(["participant.registered"]);
  actions.approve(world.otherEventId, first(participants(world, "pending", world.otherEventId)));
  expect(await types(world)).toEqual(["application.approved", "participant.registered"]);
});

it("[5.snapshot] a webhook's snapshot is what the API answers at that moment", async () => {
  const { world, tokens, pending } = await connected();
  world.emulator.actions.editProfile(world.eventId, pending, { email: "new.address@example.com" });
  const { body } = first(await received(world));
  const { rows } = await walk(world, tokens.access_token, `/events/${world.eventId}/participants`);
  expect(body.type).toBe("participant.profile_updated");
  expect(rows.find(({ id }) => id === pending)).toEqual(body.data);
  const event = world.emulator.state.store.events.get(world.eventId);
  const activity = first(event?.activities.all() ?? []);
  world.emulator.actions.updateActivity(world.eventId, activity.id, { title: "Moved", capacity: 5 });
  const snapshot = first(await received(world)).body.data;
  const activities = await walk(world, tokens.access_token, `/events/${world.eventId}/activities`);
  expect(first(activities.rows)).toEqual(snapshot);
});

it("[5.capacity] sign-ups are reported by one debounced snapshot", async () => {
  const { world } = await connected();
  const event = world.emulator.state.store.events.get(world.eventId);
  const activity = first(event?.activities.all() ?? []);
  const before = activity.signed_up_count;
  const people = participants(world).filter(
    (id) => !event?.participants.get(id)?.activity_ids.includes(activity.id),
  );
  for (const id of people.slice(0, 3)) {
    world.emulator.actions.signUp(world.eventId, id, activity.id);
    await world.emulator.clock.advance(4999);
  }
  expect(await types(world)).toEqual([]);
  await world.emulator.clock.advance(1);
  const all = await received(world);
  expect(all.map(({ body }) => body.type)).toEqual(["activity.capacity_state_changed"]);
  expect(first(all).body.data.signed_up_count).toBe(before + 3);
});

it("[5.no-cancelled] a cancellation sends nothing and shows only in the list", async () => {
  const { world, tokens, pending } = await connected();
  world.emulator.actions.cancel(world.eventId, pending);
  expect(await types(world)).toEqual([]);
  const { rows } = await walk(world, tokens.access_token, `/events/${world.eventId}/participants`);
  expect(rows.map(({ id }) => id)).not.toContain(pending);
  expect(rows).toHaveLength(35);
  world.emulator.actions.reinstate(world.eventId, pending);
  const again = await walk(world, tokens.access_token, `/events/${world.eventId}/participants`);
  expect(again.rows.map(({ id }) => id)).toContain(pending);
});

it("[5.types] every event type of the contract can be sent, with the snapshot of now", async () => {
  const { world } = await connected();
  for (const type of EVENT_TYPES) world.emulator.actions.trigger(type, { only_send: true });
  world.emulator.settings.deliver_undeclared = true;
  world.emulator.actions.trigger("badge.printed");
  const all = await received(world);
  expect(all.map(({ body }) => body.type)).toEqual([...EVENT_TYPES, "badge.printed"]);
  for (const { body } of all) expect(Object.keys(body.data).length).toBeGreaterThan(0);
  expect(world.emulator.state.connections.isActive(world.eventId)).toBe(true);
});

it("[5.trigger] triggering a type does what it follows from, so that snapshot and API agree", async () => {
  for (const type of EVENT_TYPES) {
    const { world, tokens } = await connected();
    await login(world);
    world.emulator.actions.trigger(type);
    const all = await received(world);
    const own = all.find(({ body }) => body.type === type);
    expect([type, own?.body.type]).toEqual([type, type]);
    if (type.startsWith("application.")) {
      expect(own?.body.data.status).toBe(type === "application.submitted" ? "pending" : type.slice(12));
    }
    if (!type.startsWith("participant.")) continue;
    const { rows } = await walk(world, tokens.access_token, `/events/${world.eventId}/participants`);
    expect(rows.find(({ id }) => id === own?.body.data.id)).toEqual(own?.body.data);
  }
});

it("[5.declared] only declared event types are sent, and a new declaration works at once", async () => {
  const { world, pending } = await connected();
  world.emulator.actions.declareEventTypes(["application.rejected"]);
  const [told] = world.emulator.actions.approve(world.eventId, pending).webhooks;
  expect(told).toMatchObject({ delivery_ids: [], not_sent: expect.stringContaining("declare") });
  world.emulator.actions.declareEventTypes(["application.*"]);
  world.emulator.actions.approve(world.eventId, pending);
  expect(await types(world)).toEqual(["application.approved"]);
});

it("[5.unconnected] an event that is not connected sends nothing", async () => {
  const world = createWorld();
  world.emulator.actions.approve(world.eventId, first(participants(world, "pending")));
  expect(await types(world)).toEqual([]);
});

it("[5.program-events] events, threads, locations and activities tell of their changes", async () => {
  const { world } = await connected();
  const { actions, state } = world.emulator;
  const event = state.store.events.get(world.eventId);
  actions.unpublishEvent(world.eventId);
  actions.publishEvent(world.eventId);
  actions.updateEvent(world.eventId, { title: "Another title" });
  actions.updateThread(world.eventId, first(event?.threads.all() ?? []).id, { name: "Renamed" });
  actions.updateLocation(world.eventId, first(event?.locations.all() ?? []).id, { name: "Aula II" });
  const added = actions.addActivity(world.eventId, { title: "New" });
  actions.removeActivity(world.eventId, String(added.result.id));
  const all = await received(world);
  expect(all.map(({ body }) => body.type)).toEqual([
    "event.unpublished",
    "event.published",
    "event.updated",
    "thread.updated",
    "location.updated",
    "activity.created",
    "activity.deleted",
  ]);
  expect(all.map(({ body }) => body.data.publish_status).slice(0, 2)).toEqual(["unpublished", "published"]);
});
