-- Mails that reach nobody are told to whom they were for.

-- Why nobody tries any more: a word of `Failure` in app/src/account/model.rs.
ALTER TABLE mails ADD COLUMN failure TEXT CHECK (failure <> '');
-- The recipient, as addresses are compared. Whoever has given an address reads what
-- became of the mail to it, and it does not show in that whose address it is.
ALTER TABLE mails ADD COLUMN recipient_key TEXT NOT NULL DEFAULT '';
CREATE INDEX mails_recipient_key ON mails (recipient_key) WHERE failed_at IS NOT NULL;

-- When the address that waits was given. What became of earlier mails to it is
-- nothing to do with it.
ALTER TABLE users ADD COLUMN pending_at INTEGER NOT NULL DEFAULT 0;
