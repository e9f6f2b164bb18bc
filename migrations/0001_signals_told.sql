ALTER TABLE `signals` ADD `told_at` integer;
CREATE INDEX `signals_untold` ON `signals` (`raised_at`) WHERE told_at IS NULL;
-- What stands here was told by the code that wrote it.
UPDATE signals SET told_at = raised_at;
