import { sql } from "drizzle-orm";
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * Every time is epoch milliseconds. Columns named `*_at` of the mirror and of deliveries are Revento's clock, the
 * others ours; `connected_at` is Revento's. Every table of a connection's data has `connection_id` first. The tables
 * named in `withoutRowid` (scripts/generate-migrations.ts) are `WITHOUT ROWID`: one row written an insert, not two.
 */

// ── registry: global ────────────────────────────────────────────────────────────────────────────────────────────────

/** One row per (event, organization), for ever. `id` is the surrogate: new after an erasure. */
export const connections = sqliteTable(
  "connections",
  {
    id: text().primaryKey(),
    eventId: text("event_id").notNull(),
    organizationId: text("organization_id").notNull(),
    generation: integer().notNull(),
    state: text({ enum: ["active", "reconnect_required", "ended"] }).notNull(),
    reason: text(),
    /** `Date` of the token response that began this life. */
    connectedAt: integer("connected_at").notNull(),
    /** When the connection last went from not active to active; signing in again leaves it. */
    lifeStartedAt: integer("life_started_at").notNull(),
    endedAt: integer("ended_at"),
    deletionRequestedAt: integer("deletion_requested_at"),
    erasedAt: integer("erased_at"),
    createdAt: integer("created_at").notNull(),
    grantedScopes: text("granted_scopes", { mode: "json" }).$type<readonly string[]>().notNull(),
    askedScopes: text("asked_scopes", { mode: "json" }).$type<readonly string[]>().notNull(),
    /** What the grant object last said of itself; no token is in here. */
    accessExpiresAt: integer("access_expires_at"),
    refreshExpiresAt: integer("refresh_expires_at"),
    grantEndsAt: integer("grant_ends_at"),
    keyId: text("key_id"),
    last4: text("last4"),
    healthState: text("health_state", { enum: ["unknown", "healthy", "throttled", "revoked", "error"] })
      .notNull()
      .default("unknown"),
    healthCheckedAt: integer("health_checked_at"),
    healthSince: integer("health_since"),
    healthDetail: text("health_detail"),
    healthStreak: integer("health_streak").notNull().default(0),
    eventName: text("event_name"),
  },
  (table) => [
    uniqueIndex("connections_key").on(table.eventId, table.organizationId),
    index("connections_organization").on(table.organizationId, table.eventId),
    index("connections_state").on(table.state, table.eventId),
    index("connections_reason").on(table.reason, table.eventId).where(sql`reason IS NOT NULL`),
    index("connections_health").on(table.healthState, table.eventId),
    index("connections_name").on(sql`event_name COLLATE NOCASE`),
    index("connections_erasing")
      .on(table.deletionRequestedAt)
      .where(sql`deletion_requested_at IS NOT NULL AND erased_at IS NULL`),
    /** Where the sweeper looks for lives that no initial sync was begun for. */
    index("connections_begun").on(table.lifeStartedAt).where(sql`state = 'active'`),
    /** What day 25 looks for: over, and not erased yet. */
    index("connections_over")
      .on(table.endedAt)
      .where(sql`state <> 'active' AND deletion_requested_at IS NULL AND erased_at IS NULL`),
  ],
);

/**
 * Suspensions and unpublishing: timestamps on Revento's clock that every guard compares with `connected_at`; no
 * fan-out. Each one stays, so that a second suspension does not rewrite how the first one's connections ended.
 */
export const platformState = sqliteTable(
  "platform_state",
  {
    key: text({ enum: ["suspended_at", "unpublished_at"] }).notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.at] })],
);

/** An OAuth authorization under way. One-time; bound to the browser by a cookie whose hash is here. */
export const oauthFlows = sqliteTable("oauth_flows", {
  stateHash: text("state_hash").primaryKey(),
  kind: text({ enum: ["connect", "login"] }).notNull(),
  eventId: text("event_id").notNull(),
  sealedVerifier: text("sealed_verifier").notNull(),
  browserHash: text("browser_hash").notNull(),
  askedScopes: text("asked_scopes", { mode: "json" }).$type<readonly string[]>().notNull(),
  returnTo: text("return_to"),
  createdAt: integer("created_at").notNull(),
  usedAt: integer("used_at"),
});

export const sessions = sqliteTable(
  "sessions",
  {
    idHash: text("id_hash").primaryKey(),
    kind: text({ enum: ["operator", "organizer", "participant"] }).notNull(),
    /** Organization id, user id, or who the operator is. */
    subject: text().notNull(),
    eventId: text("event_id"),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [
    index("sessions_subject").on(table.kind, table.subject, table.eventId),
    index("sessions_event").on(table.eventId).where(sql`event_id IS NOT NULL`),
  ],
);

/** Append-only: who did what. Ids of people are hashed on erasure. */
export const audit = sqliteTable(
  "audit",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    connectionId: text("connection_id"),
    at: integer().notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    subject: text(),
    detail: text({ mode: "json" }).$type<Readonly<Record<string, unknown>>>(),
  },
  (table) => [
    index("audit_connection").on(table.connectionId, table.at),
    index("audit_at").on(table.at),
    index("audit_subject").on(table.subject).where(sql`subject IS NOT NULL`),
  ],
);

/**
 * A user who signed in at an event: which grant objects an ending has to reach. The grant itself is not in here.
 * `signed_in_at` is Revento's clock (`Date` of the token response): a late `user.revoked_access` is told by it.
 */
export const userGrants = sqliteTable(
  "user_grants",
  {
    eventId: text("event_id").notNull(),
    userId: text("user_id").notNull(),
    signedInAt: integer("signed_in_at").notNull(),
    /** The key that seals the grant in its object. */
    keyId: text("key_id"),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.userId] }),
    index("user_grants_user").on(table.userId),
  ],
);

/**
 * A condition that asks for an operator: raised once, resolved when over. `subject` names what it is about. One that
 * lasts no time, such as the end of a connection, was resolved just before it was raised.
 */
export const signals = sqliteTable(
  "signals",
  {
    name: text().notNull(),
    subject: text().notNull().default(""),
    raisedAt: integer("raised_at").notNull(),
    resolvedAt: integer("resolved_at"),
    text: text().notNull(),
    /** When the queue of the alerts took the news of it, raised or resolved; null until then. */
    toldAt: integer("told_at"),
  },
  (table) => [
    primaryKey({ columns: [table.name, table.subject, table.raisedAt] }),
    index("signals_open").on(table.raisedAt).where(sql`resolved_at IS NULL`),
    index("signals_untold").on(table.raisedAt).where(sql`told_at IS NULL`),
  ],
);

/** Failed sign-ins of operators by address (a keyed hash), so that guessing gets slower. Forgotten after a day. */
export const signInFailures = sqliteTable("sign_in_failures", {
  address: text().primaryKey(),
  count: integer().notNull(),
  lastAt: integer("last_at").notNull(),
});

/** Counters: in buckets of five minutes; after a day by the hour (negative); bucket 0 holds the sum since the installation. */
export const counters = sqliteTable(
  "counters",
  {
    area: text().notNull(),
    outcome: text().notNull(),
    bucket: integer().notNull(),
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.area, table.bucket, table.outcome] })],
);

/** A cron that ran: (job, scheduled time). The watchdog looks for the ones that did not. */
export const cronRuns = sqliteTable(
  "cron_runs",
  {
    job: text().notNull(),
    scheduledAt: integer("scheduled_at").notNull(),
    startedAt: integer("started_at").notNull(),
    finishedAt: integer("finished_at"),
    detail: text(),
  },
  (table) => [primaryKey({ columns: [table.job, table.scheduledAt] })],
);

/** What the self-test tried last, by name: a message through each queue, the alert channels, the checklist's report. */
export const trials = sqliteTable("trials", {
  name: text().primaryKey(),
  id: text().notNull(),
  startedAt: integer("started_at").notNull(),
  finishedAt: integer("finished_at"),
  detail: text(),
});

// ── beside the mirror ───────────────────────────────────────────────────────────────────────────────────────────────

/** What a write needs to know of its connection: kept in one batch with `connections`, never joined with it. */
export const guards = sqliteTable(
  "guards",
  {
    eventId: text("event_id").notNull(),
    organizationId: text("organization_id").notNull(),
    connectionId: text("connection_id").notNull(),
    generation: integer().notNull(),
    state: text({ enum: ["active", "reconnect_required", "ended"] }).notNull(),
    connectedAt: integer("connected_at").notNull(),
    lifeStartedAt: integer("life_started_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.organizationId] })],
);

/** The sealed copy of a grant: read only when the grant object finds an open intent or empty storage. */
export const grantCopies = sqliteTable("grant_copies", {
  connectionId: text("connection_id").primaryKey(),
  generation: integer().notNull(),
  rotation: integer().notNull(),
  sealed: text().notNull(),
  keyId: text("key_id").notNull(),
  writtenAt: integer("written_at").notNull(),
});

/** A participant, with one version per facet: application, profile, registration, form answers. Rank 0: never seen. */
export const participants = sqliteTable(
  "participants",
  {
    connectionId: text("connection_id").notNull(),
    id: text().notNull(),
    userId: text("user_id"),
    displayName: text("display_name"),
    email: text(),
    role: text(),
    profileAt: integer("profile_at").notNull().default(0),
    profileHash: text("profile_hash").notNull().default(""),
    applicationId: text("application_id"),
    applicationStatus: text("application_status"),
    applicationAt: integer("application_at").notNull().default(0),
    applicationHash: text("application_hash").notNull().default(""),
    registeredAt: integer("registered_at"),
    registrationAt: integer("registration_at").notNull().default(0),
    customFormFields: text("custom_form_fields"),
    formAt: integer("form_at").notNull().default(0),
    formHash: text("form_hash").notNull().default(""),
    /** Fields that the contract does not name, kept as they came. */
    extra: text(),
    state: text({ enum: ["present", "cancelled"] })
      .notNull()
      .default("present"),
    cancelledAt: integer("cancelled_at"),
    /** The newest `occurred_at` of a webhook that touched the row: who was touched is not cancelled. */
    touchedAt: integer("touched_at").notNull().default(0),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.id] })],
);

/** The rest of the mirror: event, activities, threads, locations, registration waves, program. */
export const resources = sqliteTable(
  "resources",
  {
    connectionId: text("connection_id").notNull(),
    kind: text({
      enum: ["event", "activity", "thread", "location", "registration_wave", "program"],
    }).notNull(),
    id: text().notNull(),
    data: text().notNull(),
    versionAt: integer("version_at").notNull(),
    hash: text().notNull(),
    state: text({ enum: ["present", "removed"] })
      .notNull()
      .default("present"),
    touchedAt: integer("touched_at").notNull().default(0),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.kind, table.id] })],
);

/** History of soft states: cancelled, restored, removed. */
export const stateChanges = sqliteTable(
  "state_changes",
  {
    connectionId: text("connection_id").notNull(),
    kind: text().notNull(),
    resourceId: text("resource_id").notNull(),
    at: integer().notNull(),
    fromState: text("from_state").notNull(),
    toState: text("to_state").notNull(),
    cause: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.kind, table.resourceId, table.at, table.toState] }),
  ],
);

/** Our own concept: an arrival. No webhook ever clears it. */
export const checkIns = sqliteTable(
  "check_ins",
  {
    connectionId: text("connection_id").notNull(),
    participantId: text("participant_id").notNull(),
    at: integer().notNull(),
    by: text().notNull(),
    recordedAt: integer("recorded_at").notNull(),
    takenBackAt: integer("taken_back_at"),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.participantId] }),
    index("check_ins_recorded").on(table.connectionId, table.recordedAt),
  ],
);

export const doorLinks = sqliteTable(
  "door_links",
  {
    keyHash: text("key_hash").primaryKey(),
    connectionId: text("connection_id").notNull(),
    label: text().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
  },
  (table) => [index("door_links_connection").on(table.connectionId)],
);

/**
 * The latest walk over every page of every resource (initial sync and reconcile alike), and what the last complete one
 * knew: one row a connection, so that a run costs a constant number of written rows. Where the walk stands is told by
 * the pages that it has written.
 */
export const runs = sqliteTable(
  "runs",
  {
    connectionId: text("connection_id").primaryKey(),
    id: text().notNull(),
    kind: text({ enum: ["initial", "reconcile"] }).notNull(),
    state: text({ enum: ["running", "complete", "frozen", "failed", "abandoned"] }).notNull(),
    generation: integer().notNull(),
    /** Which of the two sets of pages it writes; the other one holds the last complete run. */
    slot: integer().notNull(),
    /** How many walks in a row began because of the one before: a lost cursor, somebody missing. */
    follows: integer().notNull().default(0),
    startedAt: integer("started_at").notNull(),
    movedAt: integer("moved_at").notNull(),
    finishedAt: integer("finished_at"),
    /** As they were when it finished; while it runs, the pages tell. */
    pages: integer().notNull().default(0),
    rows: integer().notNull().default(0),
    skipped: text({ mode: "json" }).$type<readonly string[]>().notNull().default([]),
    detail: text(),
    completeId: text("complete_id"),
    completeSlot: integer("complete_slot"),
    /** Rank of the first page of each resource in the last complete run: older webhooks are already contained. */
    completeRanks: text("complete_ranks", { mode: "json" }).$type<Readonly<Record<string, number>>>(),
    completeAt: integer("complete_at"),
    /** The operator released it although it missed many: the next run may miss the same. */
    isConfirmed: integer("is_confirmed", { mode: "boolean" }).notNull().default(false),
    /** The walk that begins because this one ended: asked for after the end is written, and again until it has begun. */
    followJob: text("follow_job"),
  },
  (table) => [
    index("runs_running").on(table.movedAt).where(sql`state = 'running'`),
    index("runs_followed").on(table.finishedAt).where(sql`follow_job IS NOT NULL`),
  ],
);

/**
 * The ids that each page of a run held, as one JSON row a page, and the cursor that follows. A page of an older run in
 * the same slot is overwritten: one written row, where deleting it would cost a second.
 */
export const runPages = sqliteTable(
  "run_pages",
  {
    connectionId: text("connection_id").notNull(),
    slot: integer().notNull(),
    resource: text().notNull(),
    page: integer().notNull(),
    runId: text("run_id").notNull(),
    /** Revento's clock: everything up to then is contained. */
    rank: integer().notNull(),
    /** Our clock. */
    readAt: integer("read_at").notNull(),
    size: integer().notNull(),
    /** Null on the last page of a resource. */
    nextCursor: text("next_cursor"),
    ids: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.slot, table.resource, table.page] })],
);

/** A webhook received. The key serves deduplication and the timeline. `connection_id` is empty where there is none. */
export const deliveries = sqliteTable(
  "deliveries",
  {
    connectionId: text("connection_id").notNull(),
    occurredAt: integer("occurred_at").notNull(),
    bodyId: text("body_id").notNull(),
    deliveryId: text("delivery_id").notNull(),
    type: text().notNull(),
    eventId: text("event_id"),
    organizationId: text("organization_id"),
    receivedAt: integer("received_at").notNull(),
    processedAt: integer("processed_at"),
    attempts: integer().notNull().default(1),
    outcome: text({ enum: ["applied", "repeat", "stale", "ignored", "set_aside", "pending"] }).notNull(),
    requestId: text("request_id"),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.occurredAt, table.bodyId] }),
    index("deliveries_delivery").on(table.deliveryId),
    // Few rows have either, so these cost next to nothing where webhooks are simply applied.
    index("deliveries_request").on(table.requestId).where(sql`request_id IS NOT NULL`),
    index("deliveries_outcome").on(table.outcome, table.receivedAt).where(sql`outcome <> 'applied'`),
  ],
);

/**
 * The order in which webhooks were consumed, over all connections: one row a batch, with the delivery ids as JSON,
 * where an index by time would cost one more written row a webhook.
 */
export const arrivals = sqliteTable("arrivals", {
  id: integer().primaryKey(),
  at: integer().notNull(),
  deliveryIds: text("delivery_ids").notNull(),
});

/** A call to Revento. Kept 14 days. The path has no query values. */
export const calls = sqliteTable(
  "calls",
  {
    connectionId: text("connection_id").notNull(),
    at: integer().notNull(),
    requestId: text("request_id").notNull(),
    method: text().notNull(),
    path: text().notNull(),
    status: integer(),
    error: text(),
    durationMs: integer("duration_ms").notNull(),
    attempt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.at, table.requestId] }),
    index("calls_request").on(table.requestId),
  ],
);

/** Background work of a connection that an operator may want to find: syncs, probes, erasures. */
export const jobs = sqliteTable(
  "jobs",
  {
    connectionId: text("connection_id").notNull(),
    at: integer().notNull(),
    id: text().notNull(),
    kind: text().notNull(),
    outcome: text(),
    detail: text(),
    finishedAt: integer("finished_at"),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.at, table.id] })],
);

/**
 * What waits for handlers, written in the transaction of the change that caused it: one row for each handler, deleted
 * once handled. `id` is the commit order.
 */
export const outbox = sqliteTable(
  "outbox",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    connectionId: text("connection_id").notNull(),
    /** Name of the handler. */
    target: text().notNull(),
    resource: text().notNull(),
    type: text().notNull(),
    bodyId: text("body_id").notNull(),
    occurredAt: integer("occurred_at").notNull(),
    payload: text().notNull(),
    isStale: integer("is_stale", { mode: "boolean" }).notNull().default(false),
    attempts: integer().notNull().default(0),
    nextAt: integer("next_at").notNull(),
    error: text(),
  },
  (table) => [index("outbox_order").on(table.connectionId, table.target, table.resource, table.id)],
);

/** Who runs the rows of a (connection, handler) now, and which: an expired lease tells what a crash interrupted. */
export const handlerLeases = sqliteTable(
  "handler_leases",
  {
    connectionId: text("connection_id").notNull(),
    handler: text().notNull(),
    token: text().notNull(),
    until: integer().notNull(),
    /** JSON array of outbox ids. */
    running: text().notNull().default("[]"),
    /** A message that wakes this handler is on its way for then. */
    wakeAt: integer("wake_at"),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.handler] })],
);

/** Handlers that run over their time everywhere: paused until then, so that they do not take every consumer. */
export const handlerCircuits = sqliteTable("handler_circuits", {
  handler: text().primaryKey(),
  /** Rounds in a row that only ran over their time. */
  strikes: integer().notNull(),
  until: integer().notNull(),
  /** Token of the lease that tries for all after a pause. */
  probe: text(),
});

/**
 * An alert on its way to one channel. The key deduplicates the fast lane and the outbox lane, and stays for two weeks
 * after sending; the text goes when it is sent. `connection_id` is empty where there is none.
 */
export const alerts = sqliteTable(
  "alerts",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    connectionId: text("connection_id").notNull(),
    bodyId: text("body_id").notNull(),
    rule: text().notNull(),
    channel: text().notNull(),
    action: text({ enum: ["trigger", "resolve"] }).notNull(),
    /** What the channel is to recognise as the same trouble. */
    dedupKey: text("dedup_key").notNull(),
    text: text().notNull(),
    /** `sent` also covers what a group's message counted. */
    state: text({ enum: ["waiting", "sending", "sent", "dead"] }).notNull(),
    attempts: integer().notNull().default(0),
    createdAt: integer("created_at").notNull(),
    /** Not before; while sending, when the try is given up. */
    nextAt: integer("next_at").notNull(),
    /** Names the try that took it. */
    claim: text(),
    /** The message that it first left in: a retry says the same message again. */
    batch: text(),
    sentAt: integer("sent_at"),
  },
  (table) => [
    uniqueIndex("alerts_key").on(table.bodyId, table.rule, table.channel),
    index("alerts_waiting").on(table.channel, table.state, table.nextAt),
    index("alerts_trouble").on(table.channel, table.dedupKey),
    index("alerts_connection").on(table.connectionId),
  ],
);

/** How a channel is doing. One row each, made when it is first used. */
export const alertChannels = sqliteTable("alert_channels", {
  channel: text().primaryKey(),
  /** Closed until then: a message is on its way, `Retry-After`, or the pause after failures. */
  openAt: integer("open_at").notNull().default(0),
  /** The time up to which its rate limit is used. */
  usedUntil: integer("used_until").notNull().default(0),
  /** Names the message that is on its way. */
  claim: text(),
  failures: integer().notNull().default(0),
  failingSince: integer("failing_since"),
  lastError: text("last_error"),
  lastSentAt: integer("last_sent_at"),
  /** A flush is on its way for then. */
  flushAt: integer("flush_at"),
});

/** A message set aside, sealed. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    id: text().primaryKey(),
    connectionId: text("connection_id").notNull(),
    queue: text().notNull(),
    reason: text().notNull(),
    type: text(),
    eventId: text("event_id"),
    organizationId: text("organization_id"),
    setAsideAt: integer("set_aside_at").notNull(),
    attempts: integer().notNull(),
    sealed: text().notNull(),
    /** The key that sealed it. Null: not known yet, of a row from before this column. Empty: no key opens it. */
    keyId: text("key_id"),
    /** Of a webhook. */
    deliveryId: text("delivery_id"),
  },
  (table) => [
    index("dead_letters_delivery").on(table.deliveryId).where(sql`delivery_id IS NOT NULL`),
    index("dead_letters_connection").on(table.connectionId),
    index("dead_letters_at").on(table.setAsideAt),
    index("dead_letters_sealed_by").on(table.keyId),
    index("dead_letters_key").on(table.eventId, table.organizationId),
  ],
);

/** A body too large for the queue. Deleted with its message. */
export const spills = sqliteTable(
  "spills",
  {
    id: text().primaryKey(),
    body: blob({ mode: "buffer" }).notNull(),
    createdAt: integer("created_at").notNull(),
    /** What its message says beside the body: the sweeper sends it again from here. */
    envelope: text().notNull(),
    /** When a pointer last went to the queue: a row that stays too long has lost it. */
    sentAt: integer("sent_at").notNull(),
    /** Whose people the body is about, so that an erasure finds it; null where the body does not say. */
    eventId: text("event_id"),
    organizationId: text("organization_id"),
  },
  (table) => [
    index("spills_connection").on(table.eventId, table.organizationId),
    index("spills_sent").on(table.sentAt),
  ],
);

/** Fetched pieces kept for a while: a participant's profile, an event's metadata. Emptied with their connection. */
export const caches = sqliteTable(
  "caches",
  {
    connectionId: text("connection_id").notNull(),
    key: text().notNull(),
    value: text().notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.key] })],
);

/** What a publisher's handlers keep, per connection; erased with it. */
export const handlerStorage = sqliteTable(
  "handler_storage",
  {
    connectionId: text("connection_id").notNull(),
    key: text().notNull(),
    value: text().notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.key] })],
);
