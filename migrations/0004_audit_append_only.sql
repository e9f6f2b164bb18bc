-- The audit log only grows. An erasure may put the hash of an id in the id's place; nothing else ever changes.
CREATE TRIGGER `audit_rows_stay` BEFORE DELETE ON `audit`
BEGIN
	SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER `audit_rows_stay_as_written` BEFORE UPDATE ON `audit`
WHEN NEW.`id` IS NOT OLD.`id` OR NEW.`connection_id` IS NOT OLD.`connection_id` OR NEW.`at` IS NOT OLD.`at`
	OR NEW.`actor` IS NOT OLD.`actor` OR NEW.`action` IS NOT OLD.`action` OR NEW.`detail` IS NOT OLD.`detail`
	OR OLD.`subject` IS NULL OR coalesce(NEW.`subject`, '') NOT LIKE 'hashed:%'
BEGIN
	SELECT RAISE(ABORT, 'the audit log is append-only');
END;
