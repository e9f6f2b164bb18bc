CREATE TABLE `handler_circuits` (
	`handler` text PRIMARY KEY NOT NULL,
	`strikes` integer NOT NULL,
	`until` integer NOT NULL,
	`probe` text
) WITHOUT ROWID;
