CREATE TABLE `alert_channels` (
	`channel` text PRIMARY KEY NOT NULL,
	`open_at` integer DEFAULT 0 NOT NULL,
	`used_until` integer DEFAULT 0 NOT NULL,
	`claim` text,
	`failures` integer DEFAULT 0 NOT NULL,
	`failing_since` integer,
	`last_error` text,
	`last_sent_at` integer,
	`flush_at` integer
);

CREATE TABLE `alerts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`connection_id` text NOT NULL,
	`body_id` text NOT NULL,
	`rule` text NOT NULL,
	`channel` text NOT NULL,
	`action` text NOT NULL,
	`dedup_key` text NOT NULL,
	`text` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`next_at` integer NOT NULL,
	`claim` text,
	`batch` text,
	`sent_at` integer
);

CREATE UNIQUE INDEX `alerts_key` ON `alerts` (`body_id`,`rule`,`channel`);
CREATE INDEX `alerts_waiting` ON `alerts` (`channel`,`state`,`next_at`);
CREATE INDEX `alerts_trouble` ON `alerts` (`channel`,`dedup_key`);
CREATE INDEX `alerts_connection` ON `alerts` (`connection_id`);
CREATE TABLE `arrivals` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`delivery_ids` text NOT NULL
);

CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`connection_id` text,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text,
	`detail` text
);

CREATE INDEX `audit_connection` ON `audit` (`connection_id`,`at`);
CREATE INDEX `audit_at` ON `audit` (`at`);
CREATE INDEX `audit_subject` ON `audit` (`subject`) WHERE subject IS NOT NULL;
CREATE TABLE `caches` (
	`connection_id` text NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `key`)
) WITHOUT ROWID;

CREATE TABLE `calls` (
	`connection_id` text NOT NULL,
	`at` integer NOT NULL,
	`request_id` text NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`status` integer,
	`error` text,
	`duration_ms` integer NOT NULL,
	`attempt` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `at`, `request_id`)
) WITHOUT ROWID;

CREATE INDEX `calls_request` ON `calls` (`request_id`);
CREATE TABLE `check_ins` (
	`connection_id` text NOT NULL,
	`participant_id` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`taken_back_at` integer,
	PRIMARY KEY(`connection_id`, `participant_id`)
) WITHOUT ROWID;

CREATE INDEX `check_ins_recorded` ON `check_ins` (`connection_id`,`recorded_at`);
CREATE TABLE `connections` (
	`id` text PRIMARY KEY NOT NULL,
	`event_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`generation` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`connected_at` integer NOT NULL,
	`life_started_at` integer NOT NULL,
	`ended_at` integer,
	`deletion_requested_at` integer,
	`erased_at` integer,
	`created_at` integer NOT NULL,
	`granted_scopes` text NOT NULL,
	`asked_scopes` text NOT NULL,
	`access_expires_at` integer,
	`refresh_expires_at` integer,
	`grant_ends_at` integer,
	`key_id` text,
	`last4` text,
	`health_state` text DEFAULT 'unknown' NOT NULL,
	`health_checked_at` integer,
	`health_since` integer,
	`health_detail` text,
	`health_streak` integer DEFAULT 0 NOT NULL,
	`event_name` text
);

CREATE UNIQUE INDEX `connections_key` ON `connections` (`event_id`,`organization_id`);
CREATE INDEX `connections_organization` ON `connections` (`organization_id`,`event_id`);
CREATE INDEX `connections_state` ON `connections` (`state`,`event_id`);
CREATE INDEX `connections_reason` ON `connections` (`reason`,`event_id`) WHERE reason IS NOT NULL;
CREATE INDEX `connections_health` ON `connections` (`health_state`,`event_id`);
CREATE INDEX `connections_name` ON `connections` (event_name COLLATE NOCASE);
CREATE INDEX `connections_erasing` ON `connections` (`deletion_requested_at`) WHERE deletion_requested_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX `connections_begun` ON `connections` (`life_started_at`) WHERE state = 'active';
CREATE INDEX `connections_over` ON `connections` (`ended_at`) WHERE state <> 'active' AND deletion_requested_at IS NULL AND erased_at IS NULL;
CREATE TABLE `counters` (
	`area` text NOT NULL,
	`outcome` text NOT NULL,
	`bucket` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`area`, `bucket`, `outcome`)
) WITHOUT ROWID;

CREATE TABLE `cron_runs` (
	`job` text NOT NULL,
	`scheduled_at` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`detail` text,
	PRIMARY KEY(`job`, `scheduled_at`)
) WITHOUT ROWID;

CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`queue` text NOT NULL,
	`reason` text NOT NULL,
	`type` text,
	`event_id` text,
	`organization_id` text,
	`set_aside_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`sealed` text NOT NULL
);

CREATE INDEX `dead_letters_connection` ON `dead_letters` (`connection_id`);
CREATE INDEX `dead_letters_at` ON `dead_letters` (`set_aside_at`);
CREATE INDEX `dead_letters_key` ON `dead_letters` (`event_id`,`organization_id`);
CREATE TABLE `deliveries` (
	`connection_id` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`body_id` text NOT NULL,
	`delivery_id` text NOT NULL,
	`type` text NOT NULL,
	`event_id` text,
	`organization_id` text,
	`received_at` integer NOT NULL,
	`processed_at` integer,
	`attempts` integer DEFAULT 1 NOT NULL,
	`outcome` text NOT NULL,
	`request_id` text,
	PRIMARY KEY(`connection_id`, `occurred_at`, `body_id`)
) WITHOUT ROWID;

CREATE INDEX `deliveries_delivery` ON `deliveries` (`delivery_id`);
CREATE INDEX `deliveries_request` ON `deliveries` (`request_id`) WHERE request_id IS NOT NULL;
CREATE INDEX `deliveries_outcome` ON `deliveries` (`outcome`,`received_at`) WHERE outcome <> 'applied';
CREATE TABLE `door_links` (
	`key_hash` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`label` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer
);

CREATE INDEX `door_links_connection` ON `door_links` (`connection_id`);
CREATE TABLE `grant_copies` (
	`connection_id` text PRIMARY KEY NOT NULL,
	`generation` integer NOT NULL,
	`rotation` integer NOT NULL,
	`sealed` text NOT NULL,
	`key_id` text NOT NULL,
	`written_at` integer NOT NULL
) WITHOUT ROWID;

CREATE TABLE `guards` (
	`event_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`generation` integer NOT NULL,
	`state` text NOT NULL,
	`connected_at` integer NOT NULL,
	`life_started_at` integer NOT NULL,
	PRIMARY KEY(`event_id`, `organization_id`)
) WITHOUT ROWID;

CREATE TABLE `handler_leases` (
	`connection_id` text NOT NULL,
	`handler` text NOT NULL,
	`token` text NOT NULL,
	`until` integer NOT NULL,
	`running` text DEFAULT '[]' NOT NULL,
	`wake_at` integer,
	PRIMARY KEY(`connection_id`, `handler`)
) WITHOUT ROWID;

CREATE TABLE `handler_storage` (
	`connection_id` text NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `key`)
) WITHOUT ROWID;

CREATE TABLE `jobs` (
	`connection_id` text NOT NULL,
	`at` integer NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`outcome` text,
	`detail` text,
	`finished_at` integer,
	PRIMARY KEY(`connection_id`, `at`, `id`)
) WITHOUT ROWID;

CREATE INDEX `jobs_id` ON `jobs` (`id`);
CREATE TABLE `oauth_flows` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`event_id` text NOT NULL,
	`sealed_verifier` text NOT NULL,
	`browser_hash` text NOT NULL,
	`asked_scopes` text NOT NULL,
	`return_to` text,
	`created_at` integer NOT NULL,
	`used_at` integer
) WITHOUT ROWID;

CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`connection_id` text NOT NULL,
	`target` text NOT NULL,
	`resource` text NOT NULL,
	`type` text NOT NULL,
	`body_id` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`payload` text NOT NULL,
	`is_stale` integer DEFAULT false NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`error` text
);

CREATE INDEX `outbox_order` ON `outbox` (`connection_id`,`target`,`resource`,`id`);
CREATE TABLE `participants` (
	`connection_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text,
	`display_name` text,
	`email` text,
	`role` text,
	`profile_at` integer DEFAULT 0 NOT NULL,
	`profile_hash` text DEFAULT '' NOT NULL,
	`application_id` text,
	`application_status` text,
	`application_at` integer DEFAULT 0 NOT NULL,
	`application_hash` text DEFAULT '' NOT NULL,
	`registered_at` integer,
	`registration_at` integer DEFAULT 0 NOT NULL,
	`custom_form_fields` text,
	`form_at` integer DEFAULT 0 NOT NULL,
	`form_hash` text DEFAULT '' NOT NULL,
	`extra` text,
	`state` text DEFAULT 'present' NOT NULL,
	`cancelled_at` integer,
	`touched_at` integer DEFAULT 0 NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `id`)
) WITHOUT ROWID;

CREATE TABLE `platform_state` (
	`key` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`key`, `at`)
) WITHOUT ROWID;

CREATE TABLE `resources` (
	`connection_id` text NOT NULL,
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`data` text NOT NULL,
	`version_at` integer NOT NULL,
	`hash` text NOT NULL,
	`state` text DEFAULT 'present' NOT NULL,
	`touched_at` integer DEFAULT 0 NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `kind`, `id`)
) WITHOUT ROWID;

CREATE TABLE `run_pages` (
	`connection_id` text NOT NULL,
	`slot` integer NOT NULL,
	`resource` text NOT NULL,
	`page` integer NOT NULL,
	`run_id` text NOT NULL,
	`rank` integer NOT NULL,
	`read_at` integer NOT NULL,
	`size` integer NOT NULL,
	`next_cursor` text,
	`ids` text NOT NULL,
	PRIMARY KEY(`connection_id`, `slot`, `resource`, `page`)
) WITHOUT ROWID;

CREATE TABLE `runs` (
	`connection_id` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`generation` integer NOT NULL,
	`slot` integer NOT NULL,
	`follows` integer DEFAULT 0 NOT NULL,
	`started_at` integer NOT NULL,
	`moved_at` integer NOT NULL,
	`finished_at` integer,
	`pages` integer DEFAULT 0 NOT NULL,
	`rows` integer DEFAULT 0 NOT NULL,
	`skipped` text DEFAULT '[]' NOT NULL,
	`detail` text,
	`complete_id` text,
	`complete_slot` integer,
	`complete_ranks` text,
	`complete_at` integer,
	`is_confirmed` integer DEFAULT false NOT NULL
) WITHOUT ROWID;

CREATE INDEX `runs_running` ON `runs` (`moved_at`) WHERE state = 'running';
CREATE TABLE `sessions` (
	`id_hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`event_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;

CREATE INDEX `sessions_subject` ON `sessions` (`kind`,`subject`,`event_id`);
CREATE INDEX `sessions_event` ON `sessions` (`event_id`) WHERE event_id IS NOT NULL;
CREATE TABLE `sign_in_failures` (
	`address` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`last_at` integer NOT NULL
) WITHOUT ROWID;

CREATE TABLE `signals` (
	`name` text NOT NULL,
	`subject` text DEFAULT '' NOT NULL,
	`raised_at` integer NOT NULL,
	`resolved_at` integer,
	`text` text NOT NULL,
	PRIMARY KEY(`name`, `subject`, `raised_at`)
) WITHOUT ROWID;

CREATE INDEX `signals_open` ON `signals` (`raised_at`) WHERE resolved_at IS NULL;
CREATE TABLE `spills` (
	`id` text PRIMARY KEY NOT NULL,
	`body` blob NOT NULL,
	`created_at` integer NOT NULL,
	`envelope` text NOT NULL,
	`sent_at` integer NOT NULL,
	`event_id` text,
	`organization_id` text
);

CREATE INDEX `spills_connection` ON `spills` (`event_id`,`organization_id`);
CREATE INDEX `spills_sent` ON `spills` (`sent_at`);
CREATE TABLE `state_changes` (
	`connection_id` text NOT NULL,
	`kind` text NOT NULL,
	`resource_id` text NOT NULL,
	`at` integer NOT NULL,
	`from_state` text NOT NULL,
	`to_state` text NOT NULL,
	`cause` text NOT NULL,
	PRIMARY KEY(`connection_id`, `kind`, `resource_id`, `at`, `to_state`)
) WITHOUT ROWID;

CREATE TABLE `trials` (
	`name` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`detail` text
) WITHOUT ROWID;

CREATE TABLE `user_grants` (
	`event_id` text NOT NULL,
	`user_id` text NOT NULL,
	`signed_in_at` integer NOT NULL,
	`key_id` text,
	PRIMARY KEY(`event_id`, `user_id`)
) WITHOUT ROWID;

CREATE INDEX `user_grants_user` ON `user_grants` (`user_id`);