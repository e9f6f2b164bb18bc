ALTER TABLE `dead_letters` ADD `key_id` text;
CREATE INDEX `dead_letters_sealed_by` ON `dead_letters` (`key_id`);