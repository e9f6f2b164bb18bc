import { env, exports } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { SELF_TEST_TYPE } from "../../src/launch/index.ts";
import { api } from "../support/api.ts";

const deliver = (id: string, type: string, connectionId = "") =>
  env.DB.batch([
    env.DB.prepare(
      `INSERT INTO deliveries (connection_id, occurred_at, body_id, delivery_id, type, received_at, outcome)
       VALUES (?2, 1, ?1, ?1, ?3, 1, 'ignored')`,
    ).bind(id, connectionId, type),
    env.DB.prepare("INSERT INTO arrivals (at, delivery_ids) VALUES (1, json_array(?1, 'other'))").bind(id),
  ]);

const idsOf = async (sql: string): Promise<unknown[]> =>
  (await env.DB.prepare(sql).all<{ id: unknown }>()).results.map(({ id }) => id);

beforeEach(async () => {
  for (const table of ["deliveries", "arrivals", "trials"]) await env.DB.exec(`DELETE FROM ${table}`);
});

test("the self-test is for operators", async () => {
  for (const method of ["GET", "POST", "DELETE", "PUT"]) {
    for (const path of ["", "/deliveries", "/report"]) {
      const url = `https://integration.test/api/self-test${path}`;
      const { status } = await exports.default.fetch(url, { method });
      expect(`${method} ${path} ${status}`).toBe(`${method} ${path} 401`);
    }
  }
});

test("self-test deliveries are forgotten, and nobody else's", async () => {
  await deliver("mine", SELF_TEST_TYPE);
  await deliver("theirs", "application.approved", "con_1");
  await deliver("unknown", "something.else");
  expect(await api("DELETE", "/self-test/deliveries")).toMatchObject({ status: 200, body: { removed: 1 } });
  expect(await idsOf("SELECT body_id AS id FROM deliveries ORDER BY id")).toEqual(["theirs", "unknown"]);
  expect(await idsOf("SELECT delivery_ids AS id FROM arrivals ORDER BY id")).toEqual([
    '["other"]',
    '["theirs","other"]',
    '["unknown","other"]',
  ]);
});

test("the report of a preflight is kept for the page in /ops, and nothing else is", async () => {
  const row = { id: "a", section: "b", text: "c", state: "proven", evidence: "d", todo: "" };
  const report = { url: "u", version: "1", commit: "c", at: "now", rows: [row] };
  expect((await api("PUT", "/self-test/report", report)).status).toBe(204);
  expect(
    (await api("PUT", "/self-test/report", { ...report, rows: [{ ...row, state: "fine" }] })).status,
  ).toBe(400);
  expect((await api("PUT", "/self-test/report", null)).status).toBe(400);
  expect(await idsOf("SELECT detail AS id FROM trials")).toEqual([JSON.stringify(report)]);
});

test("no route signs: nothing that is sent in comes back signed", async () => {
  const answer = await api("POST", "/self-test", { sign: "anything", body: "{}" });
  expect(answer.status).toBe(202);
  expect(Object.keys(answer.body as object)).toEqual(["id"]);
  expect((await api("POST", "/self-test/sign", {})).status).toBe(404);
});
