ALTER TABLE `dead_letters` ADD `delivery_id` text;
CREATE INDEX `dead_letters_delivery` ON `dead_letters` (`delivery_id`) WHERE delivery_id IS NOT NULL;