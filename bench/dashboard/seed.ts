const DAY_MS = 86_400_000;

/** Numbers 1 … n as a table `n(i)`, made by SQLite itself. */
const upTo = (n: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${Math.max(1, Math.round(n))})`;

/** What is seeded, by name. Only one statement each: the rows never leave the database. */
export function SEED(scale: number): readonly (readonly [what: string, sql: string])[] {
  const now = Date.now();
  const connections = 10_000 * scale;
  const deliveries = 1_000_000 * scale;
  const event = "printf('evt_%08d', i)";
  const organization = "printf('org_%03d', i % 100)";
  const batches = Array.from({ length: 10 }, (_, part) => part);
  return [
    [
      `${connections} connections`,
      `${upTo(connections)} INSERT INTO connections (id, event_id, organization_id, generation, state, reason, connected_at,
         life_started_at, ended_at, created_at, granted_scopes, asked_scopes, health_state, health_checked_at, event_name)
       SELECT printf('c%08d', i), ${event}, ${organization}, 1,
         CASE WHEN i % 50 = 7 THEN 'reconnect_required' WHEN i % 50 = 9 THEN 'ended' ELSE 'active' END,
         CASE WHEN i % 50 = 7 THEN 'invalid_grant' WHEN i % 50 = 9 THEN 'token_revoked' END,
         ${now - 30 * DAY_MS}, ${now - 30 * DAY_MS}, CASE WHEN i % 50 IN (7, 9) THEN ${now - DAY_MS} END, ${now - 30 * DAY_MS},
         CASE WHEN i % 200 = 3 THEN '["event.read"]' ELSE '["event.read","participants.read","program.read"]' END,
         '["event.read","participants.read","program.read"]',
         CASE WHEN i % 100 = 5 THEN 'error' ELSE 'healthy' END, ${now - 60_000}, 'Event ' || i FROM n`,
    ],
    ...batches.map((part): readonly [string, string] => [
      `deliveries, part ${part + 1} of 10`,
      `${upTo(deliveries / 10)} INSERT INTO deliveries (connection_id, occurred_at, body_id, delivery_id, type, event_id,
         organization_id, received_at, processed_at, outcome)
       SELECT printf('c%08d', 1 + (k % ${connections})), ${now - 29 * DAY_MS} + k, 'bdy_' || k, 'dlv_' || k, 'activity.updated',
         printf('evt_%08d', 1 + (k % ${connections})), 'org_000', ${now - 29 * DAY_MS} + k, ${now - 29 * DAY_MS} + (k + 99) / 100 * 100 + 90,
         CASE WHEN k % 500 = 1 THEN 'stale' ELSE 'applied' END
       FROM (SELECT i + ${(part * deliveries) / 10} AS k FROM n)`,
    ]),
    [
      "arrivals",
      `${upTo(deliveries / 100)} INSERT INTO arrivals (at, delivery_ids) SELECT ${now - 29 * DAY_MS} + i * 100 + 90, (
         SELECT json_group_array('dlv_' || ((i - 1) * 100 + j.value)) FROM json_each('[${Array.from({ length: 100 }, (_, n) => n + 1)}]') j) FROM n`,
    ],
    [
      "20,000 participants",
      `${upTo(20_000 * scale)} INSERT INTO participants (connection_id, id, display_name, email, application_status, registered_at, updated_at)
       SELECT 'c00000001', 'ptp_' || i, iif(i % 3 = 0, 'Żaneta Łącka-Wójcik ', 'Person ') || i, 'person' || i || '@example.com', 'approved', ${now}, ${now} FROM n`,
    ],
    [
      "check-ins of half of them",
      `${upTo(10_000 * scale)} INSERT INTO check_ins (connection_id, participant_id, at, by, recorded_at)
       SELECT 'c00000001', 'ptp_' || (2 * i), ${now}, 'door', ${now} FROM n`,
    ],
    [
      "grants of connections",
      `${upTo(connections)} INSERT INTO grant_copies (connection_id, generation, rotation, sealed, key_id, written_at)
       SELECT printf('c%08d', i), 1, 1, 'x', CASE WHEN i % 3 = 0 THEN 'test-1' ELSE 'test-2' END, ${now} FROM n`,
    ],
    [
      "grants of users",
      `${upTo(20_000 * scale)} INSERT INTO user_grants (event_id, user_id, signed_in_at, key_id)
       SELECT 'evt_00000001', 'usr_' || i, ${now}, 'test-2' FROM n`,
    ],
    [
      "calls",
      `${upTo(50_000 * scale)} INSERT INTO calls (connection_id, at, request_id, method, path, status, duration_ms, attempt)
       SELECT 'c00000001', ${now} - i * 1000, 'req_' || i, 'GET', '/events/x', 200, 40, 1 FROM n`,
    ],
    [
      "audit",
      `${upTo(50_000 * scale)} INSERT INTO audit (connection_id, at, actor, action) SELECT 'c00000001', ${now} - i * 1000, 'system', 'x' FROM n`,
    ],
    [
      "dead letters",
      `${upTo(1_000 * scale)} INSERT INTO dead_letters (id, connection_id, queue, reason, set_aside_at, attempts, sealed)
       SELECT 'ltr_' || i, '', 'revento-webhooks', 'bad', ${now} - i, 1, 'x' FROM n`,
    ],
    [
      "counters of a week",
      `${upTo(288)} INSERT INTO counters (area, outcome, bucket, count)
       SELECT a.value, o.value, b.value, 10 FROM n,
         json_each(json_array(${Math.floor(now / 300_000) * 300_000} - i * 300000, i * 3600000 - ${Math.floor(now / 3_600_000) * 3_600_000})) b,
         json_each('["webhooks","lag","refreshes","calls","probes"]') a, json_each('["applied","stale","error"]') o`,
    ],
  ];
}
