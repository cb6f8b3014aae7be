-- Accounts that wait for somebody to approve them.

-- Since when; NULL for whoever is a member. Until then nobody sees their profile, and they see
-- what a guest sees.
ALTER TABLE users ADD COLUMN waits_since INTEGER;
-- Lists of those who wait, by name.
CREATE INDEX users_waiting ON users (username_key) WHERE waits_since IS NOT NULL;

-- The language of the last login, a tag of BCP 47: that of mails which others cause. NULL for who
-- has not logged in since there is this column.
ALTER TABLE users ADD COLUMN language TEXT;

-- When those who may approve users were last told by mail that somebody waits: one row.
CREATE TABLE approval_digest (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    sent_at INTEGER NOT NULL
) STRICT;
