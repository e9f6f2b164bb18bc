import { expect, test } from "vitest";
import { appendAudit } from "../../src/connections/index.ts";
import { hashIds } from "../../src/lifecycle/erasure/hash-ids.ts";
import { listAudit } from "../../src/records/index.ts";
import { testWorld } from "../support/world.ts";

const world = testWorld();
const newest = async () => (await listAudit(world, { after: null, limit: 1 }))[0];

test.each([
  ["taken away", "DELETE FROM audit"],
  ["rewritten", "UPDATE audit SET actor = 'system'"],
  ["moved in time", "UPDATE audit SET at = at + 1"],
  ["given another detail", `UPDATE audit SET detail = '{"by":"nobody"}'`],
  ["given another subject", "UPDATE audit SET subject = 'ptp_else'"],
  ["emptied of its subject", "UPDATE audit SET subject = NULL"],
])("an entry of the audit log cannot be %s", async (_, sql) => {
  await appendAudit(world, {
    connectionId: "con_audit",
    actor: "operator",
    action: "connection.probe",
    subject: "ptp_audited",
    detail: { by: "operator" },
  });
  const before = await newest();
  await expect(world.db.raw.prepare(sql).run()).rejects.toThrow("append-only");
  expect(await newest()).toEqual(before);
});

test("an erasure puts the hash of an id in its place, once, and nothing else of the entry changes", async () => {
  const connectionId = "con_audit_erased";
  await appendAudit(world, {
    connectionId,
    actor: "door",
    action: "attendance.check_in",
    subject: "ptp_known",
  });
  const before = await newest();
  expect(await hashIds(world, connectionId)).toBe(true);
  const after = await newest();
  expect(after).toEqual({ ...before, subject: expect.stringMatching(/^hashed:[0-9a-f]{32}$/) });
  await expect(world.db.raw.prepare("UPDATE audit SET subject = 'ptp_known'").run()).rejects.toThrow(
    "append-only",
  );
});
