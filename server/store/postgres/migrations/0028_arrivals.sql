-- Users who come from elsewhere: their passwords, and whom a source has brought already.

CREATE TABLE imported_passwords (
    -- Until the first login, which makes a hash of ours.
    user_id     bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- As it was where it comes from (`server/src/password/foreign.rs`).
    hash        text NOT NULL CHECK (hash <> ''),
    imported_at bigint NOT NULL
);

CREATE TABLE arrivals (
    -- The name of a source, and the key that a user has there.
    source     text NOT NULL CHECK (source <> ''),
    source_key text NOT NULL CHECK (source_key <> ''),
    -- NULL for one who has gone since: the source does not bring them back.
    user_id    bigint REFERENCES users (id) ON DELETE SET NULL,
    arrived_at bigint NOT NULL,
    PRIMARY KEY (source, source_key)
);

-- Erasing a user looks them up.
CREATE INDEX arrivals_user_id ON arrivals (user_id) WHERE user_id IS NOT NULL;
