-- What somebody needs to recognise their sessions by, and that a new password
-- ends every one of them.

-- About when the last request came; kept to some minutes, so that reading a
-- page is not a write. Of the sessions that there are it is not known, and no
-- reason to end them.
ALTER TABLE sessions ADD COLUMN last_seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET last_seen_at = CAST(unixepoch('subsec') * 1000 AS INTEGER);

-- What the browser said it is when it logged in, cut short. Shown to nobody but
-- the user.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '' CHECK (length(device) <= 200);

-- Counts the passwords. A session begins only with the one that was shown: a
-- login that was under way when the password changed has come too late.
ALTER TABLE users ADD COLUMN password_version INTEGER NOT NULL DEFAULT 1;
