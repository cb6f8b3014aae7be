-- What somebody needs to recognise their sessions by.

-- About when the last request came; kept to some minutes, so that reading a
-- page is not a write.
ALTER TABLE sessions ADD COLUMN last_seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET last_seen_at = created_at;

-- What the browser said it is when it logged in, cut short. Shown to nobody but
-- the user.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '' CHECK (length(device) <= 200);
