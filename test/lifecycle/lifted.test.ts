import { expect, test } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { api } from "../support/api.ts";
import { createBrowser } from "../support/browser.ts";
import { startEmulator } from "../support/emulator.ts";
import { until } from "../support/grants.ts";
import { operatorBrowser, readPage, textOf } from "../support/ops.ts";
import { signInOrganizer } from "../support/session.ts";
import { testWorld } from "../support/world.ts";

test("lifting a suspension brings nothing back: both pages say Reconnect, until the organizer does", async () => {
  const emulator = startEmulator();
  await emulator.connect();
  const { eventId, organizationId } = emulator;
  const statusOf = async () => (await findConnection(testWorld(), { eventId, organizationId }))?.status;
  emulator.actions.suspend();
  await emulator.deliverDue();
  await until(async () => (await statusOf()) === "suspended");
  emulator.actions.unsuspend();
  await emulator.deliverDue();

  const organizer = createBrowser();
  await signInOrganizer(organizer, organizationId);
  const operator = await operatorBrowser();
  const path = `/connections/${eventId}/${organizationId}`;
  const expectPaused = async () => {
    expect(await statusOf()).toBe("suspended");
    const own = await readPage(organizer, `/organizations/${organizationId}`);
    expect(own).toContain(`/organizations/${organizationId}/events/${eventId}/reconnect`);
    const ops = textOf(await readPage(operator, `/ops${path}`));
    expect(ops).toContain("Connections do not come back by themselves: organizers press Reconnect.");
    expect(ops).not.toContain("Probe now");
  };
  await expectPaused();
  // Nor does asking for it: no work of a paused connection begins.
  for (const action of ["probe", "sync", "reconcile"]) {
    expect((await api("POST", `${path}/${action}`)).status).toBe(409);
  }
  await expectPaused();
  await emulator.connect();
  expect(await statusOf()).toBe("active");
  expect(textOf(await readPage(operator, `/ops${path}`))).toContain("Probe now");
});
