import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ENVIRONMENTS, withDatabaseId, withEnvironments } from "../../scripts/deploy/environments.ts";
import { readWranglerConfig } from "../../scripts/deploy/wrangler-config.ts";

const file = fileURLToPath(new URL("../../wrangler.toml", import.meta.url));
const toml = readFileSync(file, "utf8");

/** The configuration as wrangler itself reads it, without what may differ: names, ids and values of vars. */
function shapeOf(environment: string | undefined): unknown {
  const config = readWranglerConfig(file, environment);
  const { name, targetEnvironment, topLevelName, vars, definedEnvironments, ...rest } = config;
  const text = JSON.stringify({ ...rest, vars: Object.keys(vars).sort() });
  return JSON.parse(
    text.replace(/-(sandbox|production)"/g, '"').replace(/"database_id":"[^"]*"/g, '"database_id":"…"'),
  ) as unknown;
}

test.each(ENVIRONMENTS)("%s has every binding, consumer, cron and var of the top level", (environment) => {
  expect(shapeOf(environment)).toEqual(shapeOf(undefined));
});

test.each(ENVIRONMENTS)("%s shares no database, queue or Worker name with anybody", (environment) => {
  const config = readWranglerConfig(file, environment);
  const names = [
    config.name,
    ...config.d1_databases.map((database) => database.database_name),
    ...config.queues.producers.map(({ queue }) => queue),
    ...config.queues.consumers.flatMap((consumer) => [consumer.queue, consumer.dead_letter_queue]),
  ].filter((name) => name !== undefined);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !name.endsWith(`-${environment}`))).toEqual([]);
});

test("every queue has a consumer, and every queue of work a dead-letter queue that has one too", () => {
  const { producers, consumers } = readWranglerConfig(file).queues;
  const consumed = consumers.map(({ queue }) => queue);
  const dead = consumers.flatMap(({ dead_letter_queue }) => dead_letter_queue ?? []);
  const produced = producers.map(({ queue }) => queue);
  expect(consumed.sort()).toEqual([...produced].sort());
  // Each queue of work has one of its own; the Worker can send to all of them, so that a canary comes back from each.
  expect(dead.map((queue) => queue.replace(/-dead$/, "")).sort()).toEqual(
    produced.filter((queue) => !dead.includes(queue)).sort(),
  );
  expect(new Set(dead).size * 2).toBe(produced.length);
});

test("wrangler.toml is as npm run environments writes it", () => {
  expect(withEnvironments(toml)).toBe(toml);
});

test("what a publisher filled in for an environment survives being written again", () => {
  const filled = withDatabaseId(toml, "production", "11111111-2222-3333-4444-555555555555").replace(
    /(\[env\.production\.vars\][^[]*?)PUBLIC_URL = "[^"]*"/,
    '$1PUBLIC_URL = "https://integration.example.com"\nREVENTO_APP_ORIGINS = "https://app.example.com"',
  );
  expect(filled).not.toBe(toml);
  expect(withEnvironments(filled)).toContain('PUBLIC_URL = "https://integration.example.com"');
  expect(withEnvironments(filled)).toContain('REVENTO_APP_ORIGINS = "https://app.example.com"');
  expect(withEnvironments(filled).match(/11111111-2222/g)).toHaveLength(1);
});

test("a binding that is added at the top reaches every environment", () => {
  const added = toml.replace(
    "[[queues.producers]]",
    '[[queues.producers]]\nbinding = "EXTRA"\nqueue = "revento-extra"\n\n[[queues.producers]]',
  );
  for (const environment of ENVIRONMENTS) {
    expect(withEnvironments(added)).toContain(`queue = "revento-extra-${environment}"`);
  }
});
