/** Every table, its key, and whether its rows belong to a connection. Written by `npm run db:generate` from schema.ts; do not edit. */
export const TABLES: readonly {
  readonly name: string;
  readonly keys: readonly string[];
  readonly hasConnectionId: boolean;
}[] = [
  {
    name: "alert_channels",
    keys: ["channel"],
    hasConnectionId: false,
  },
  {
    name: "alerts",
    keys: ["id"],
    hasConnectionId: true,
  },
  {
    name: "arrivals",
    keys: ["id"],
    hasConnectionId: false,
  },
  {
    name: "audit",
    keys: ["id"],
    hasConnectionId: true,
  },
  {
    name: "caches",
    keys: ["connection_id", "key"],
    hasConnectionId: true,
  },
  {
    name: "calls",
    keys: ["connection_id", "at", "request_id"],
    hasConnectionId: true,
  },
  {
    name: "check_ins",
    keys: ["connection_id", "participant_id"],
    hasConnectionId: true,
  },
  {
    name: "connections",
    keys: ["id"],
    hasConnectionId: false,
  },
  {
    name: "counters",
    keys: ["area", "bucket", "outcome"],
    hasConnectionId: false,
  },
  {
    name: "cron_runs",
    keys: ["job", "scheduled_at"],
    hasConnectionId: false,
  },
  {
    name: "dead_letters",
    keys: ["id"],
    hasConnectionId: true,
  },
  {
    name: "deliveries",
    keys: ["connection_id", "occurred_at", "body_id"],
    hasConnectionId: true,
  },
  {
    name: "door_links",
    keys: ["key_hash"],
    hasConnectionId: true,
  },
  {
    name: "grant_copies",
    keys: ["connection_id"],
    hasConnectionId: true,
  },
  {
    name: "guards",
    keys: ["event_id", "organization_id"],
    hasConnectionId: true,
  },
  {
    name: "handler_circuits",
    keys: ["handler"],
    hasConnectionId: false,
  },
  {
    name: "handler_leases",
    keys: ["connection_id", "handler"],
    hasConnectionId: true,
  },
  {
    name: "handler_storage",
    keys: ["connection_id", "key"],
    hasConnectionId: true,
  },
  {
    name: "jobs",
    keys: ["connection_id", "at", "id"],
    hasConnectionId: true,
  },
  {
    name: "oauth_flows",
    keys: ["state_hash"],
    hasConnectionId: false,
  },
  {
    name: "outbox",
    keys: ["id"],
    hasConnectionId: true,
  },
  {
    name: "participants",
    keys: ["connection_id", "id"],
    hasConnectionId: true,
  },
  {
    name: "platform_state",
    keys: ["key", "at"],
    hasConnectionId: false,
  },
  {
    name: "resources",
    keys: ["connection_id", "kind", "id"],
    hasConnectionId: true,
  },
  {
    name: "run_pages",
    keys: ["connection_id", "slot", "resource", "page"],
    hasConnectionId: true,
  },
  {
    name: "runs",
    keys: ["connection_id"],
    hasConnectionId: true,
  },
  {
    name: "sessions",
    keys: ["id_hash"],
    hasConnectionId: false,
  },
  {
    name: "sign_in_failures",
    keys: ["address"],
    hasConnectionId: false,
  },
  {
    name: "signals",
    keys: ["name", "subject", "raised_at"],
    hasConnectionId: false,
  },
  {
    name: "spills",
    keys: ["id"],
    hasConnectionId: false,
  },
  {
    name: "state_changes",
    keys: ["connection_id", "kind", "resource_id", "at", "to_state"],
    hasConnectionId: true,
  },
  {
    name: "trials",
    keys: ["name"],
    hasConnectionId: false,
  },
  {
    name: "user_grants",
    keys: ["event_id", "user_id"],
    hasConnectionId: false,
  },
];
