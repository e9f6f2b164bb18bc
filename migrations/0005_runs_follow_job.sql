ALTER TABLE `runs` ADD `follow_job` text;
CREATE INDEX `runs_followed` ON `runs` (`finished_at`) WHERE follow_job IS NOT NULL;
