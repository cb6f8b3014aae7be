-- Addresses that are confirmed, the links that do it, and the mails that carry them.

-- An address that was given and not confirmed: it is nobody's yet, so several
-- users may have given the same. `email` is only ever a confirmed one.
ALTER TABLE users ADD COLUMN pending_email TEXT;
ALTER TABLE users ADD COLUMN pending_key TEXT CHECK ((pending_email IS NULL) = (pending_key IS NULL));
-- The password that the user had when they gave it. With another one it is not
-- good for a reset: whoever gave it may have been the reason for the other one.
ALTER TABLE users ADD COLUMN pending_version INTEGER;
UPDATE users SET pending_email = email, pending_key = email_key, pending_version = password_version,
    email = NULL, email_key = NULL
WHERE email IS NOT NULL;

-- A confirmed address is one user's.
DROP INDEX users_email_key;
CREATE UNIQUE INDEX users_email_key ON users (email_key) WHERE email_key IS NOT NULL;
-- Asking for a new password looks it up.
CREATE INDEX users_pending_key ON users (pending_key) WHERE pending_key IS NOT NULL;

-- The outbox. A mail is written down in the transaction of what it is about, and
-- deleted when a server has taken it. It holds no token: that is made when the
-- mail is sent.
CREATE TABLE mails (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whom it is about; their mails go with them.
    user_id          INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- A folder of app/src/text/en/mail.
    kind             TEXT NOT NULL CHECK (kind <> ''),
    recipient        TEXT NOT NULL,
    -- What else it tells: an address, a date.
    detail           TEXT,
    -- The password that the user had. With another one its link is void.
    password_version INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    -- Put off before each try: nobody else sends it meanwhile, and what cannot be
    -- written down is not sent.
    next_try_at      INTEGER NOT NULL,
    tries            INTEGER NOT NULL DEFAULT 0,
    last_error       TEXT,
    -- Set when nobody tries any more.
    failed_at        INTEGER
) STRICT;

-- What is due.
CREATE INDEX mails_next_try_at ON mails (next_try_at) WHERE failed_at IS NULL;
-- Erasing a user looks them up.
CREATE INDEX mails_user_id ON mails (user_id);

-- Links in mails. Each works once, for what it was made for, as long as nothing
-- that it stands on has changed.
CREATE TABLE tokens (
    -- SHA-256: who reads this table has no link.
    hash             BLOB PRIMARY KEY CHECK (length(hash) = 32),
    purpose          TEXT NOT NULL CHECK (purpose IN ('confirm', 'reset', 'undo')),
    user_id          INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The address that it was sent to, and that it confirms.
    email            TEXT NOT NULL,
    password_version INTEGER NOT NULL,
    -- The mail that carries it. Sent once more, it carries another one, and the
    -- first that is used voids the others.
    mail_id          INTEGER,
    -- When what it is about was done, and not when it was sent.
    created_at       INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_user_id ON tokens (user_id);
CREATE INDEX tokens_mail_id ON tokens (mail_id);
-- Expired ones are swept.
CREATE INDEX tokens_expires_at ON tokens (expires_at);

-- When the password was last shown in this session: what is delicate asks again.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
