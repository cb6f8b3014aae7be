-- Users who come from elsewhere: their passwords, and whom a source has brought already.

CREATE TABLE imported_passwords (
    -- Until the first login, which makes a hash of ours.
    user_id     INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- As it was where it comes from (`server/src/password/foreign.rs`).
    hash        TEXT NOT NULL CHECK (hash <> ''),
    imported_at INTEGER NOT NULL
) STRICT;

CREATE TABLE arrivals (
    -- The name of a source, and the key that a user has there.
    source     TEXT NOT NULL CHECK (source <> ''),
    source_key TEXT NOT NULL CHECK (source_key <> ''),
    -- NULL for one who has gone since: the source does not bring them back.
    user_id    INTEGER REFERENCES users (id) ON DELETE SET NULL,
    arrived_at INTEGER NOT NULL,
    PRIMARY KEY (source, source_key)
) STRICT, WITHOUT ROWID;

-- Erasing a user looks them up.
CREATE INDEX arrivals_user_id ON arrivals (user_id) WHERE user_id IS NOT NULL;
