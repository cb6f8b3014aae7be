-- Users, their profiles, their sessions.
-- Times are milliseconds since 1970-01-01 UTC. Tables are STRICT, so that a
-- text never hides in a number's column.

CREATE TABLE users (
    -- AUTOINCREMENT: the id of an erased user is never given to somebody else.
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    -- As typed at sign-up; the rules are `Username::parse`.
    username      TEXT NOT NULL CHECK (length(username) BETWEEN 3 AND 32),
    -- What is unique. The program lower-cases; the check keeps plain SQL honest.
    username_key  TEXT NOT NULL UNIQUE CHECK (username_key = lower(username)),
    email         TEXT,
    -- Not unique: an address that nobody confirmed must not lock out its owner.
    email_key     TEXT CHECK ((email IS NULL) = (email_key IS NULL)),
    -- A PHC string. NULL for a user who cannot log in with a password.
    password_hash TEXT CHECK (password_hash LIKE '$argon2id$%'),
    status        TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    created_at    INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    last_login_at INTEGER
) STRICT;

-- Logging in with an e-mail address looks it up.
CREATE INDEX users_email_key ON users (email_key) WHERE email_key IS NOT NULL;

CREATE TABLE profiles (
    -- The primary key is the user: two profiles of one user cannot be written down.
    user_id    INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- Counts the saves. Nothing but a save touches it.
    version    INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    -- Values by the key of their field; what a value looks like is `Value::to_json`.
    fields     TEXT NOT NULL DEFAULT '{}' CHECK (json_type(fields) = 'object'),
    created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

-- However a user comes to be (sign-up, a command, an import, plain SQL), the
-- profile comes with it.
CREATE TRIGGER users_insert_profile AFTER INSERT ON users
BEGIN
    INSERT INTO profiles (user_id, created_at, updated_at)
    VALUES (NEW.id, NEW.created_at, NEW.created_at);
END;

-- And it goes only with the user. When a user is deleted, the row in `users` is
-- gone before the cascade reaches this table.
CREATE TRIGGER profiles_keep_with_user BEFORE DELETE ON profiles
WHEN EXISTS (SELECT 1 FROM users WHERE id = OLD.user_id)
BEGIN
    SELECT RAISE(ABORT, 'a profile is deleted with its user');
END;

CREATE TABLE sessions (
    -- SHA-256 of the cookie: who reads this table cannot log in with it.
    id_hash    BLOB PRIMARY KEY CHECK (length(id_hash) = 32),
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at)
) STRICT, WITHOUT ROWID;

-- Deleting a user, and ending all of a user's sessions, look them up.
CREATE INDEX sessions_user_id ON sessions (user_id);
-- Expired sessions are swept.
CREATE INDEX sessions_expires_at ON sessions (expires_at);
