-- Second factors: codes from an app, passkeys, and recovery codes.

-- Whether the user has an app or a passkey. Every request reads it with the session; the triggers
-- below keep it true.
ALTER TABLE users ADD COLUMN has_second INTEGER NOT NULL DEFAULT 0 CHECK (has_second IN (0, 1));
-- When the second factors are removed, because somebody who helps users has said so.
ALTER TABLE users ADD COLUMN factors_end_at INTEGER;
CREATE INDEX users_factors_end_at ON users (factors_end_at) WHERE factors_end_at IS NOT NULL;

-- When a second factor was last shown in this session.
ALTER TABLE sessions ADD COLUMN second_at INTEGER NOT NULL DEFAULT 0;

-- Until when no second factor is asked for in this browser, and what it called itself.
ALTER TABLE devices ADD COLUMN trusted_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN browser TEXT NOT NULL DEFAULT '' CHECK (length(browser) <= 200);

CREATE TABLE authenticator_apps (
    user_id      INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- Encrypted with the key of the site, which is not in the database.
    secret       BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    -- When the first code of it was shown. Without one it counts for nothing.
    confirmed_at INTEGER,
    -- The step of the last code that was accepted: each counts once.
    last_step    INTEGER NOT NULL DEFAULT 0,
    last_used_at INTEGER
) STRICT;

CREATE TABLE passkeys (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- As the authenticator names it (WebAuthn Level 3 §4).
    credential_id BLOB NOT NULL UNIQUE,
    -- The public key and the counter, in JSON.
    credential    TEXT NOT NULL CHECK (credential <> ''),
    name          TEXT NOT NULL CHECK (name <> ''),
    -- It asks for a PIN, a finger or a face, and so can log in alone.
    verifies      INTEGER NOT NULL CHECK (verifies IN (0, 1)),
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER
) STRICT;
CREATE INDEX passkeys_user_id ON passkeys (user_id);

CREATE TABLE recovery_codes (
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The digit that a code begins with.
    number     INTEGER NOT NULL CHECK (number BETWEEN 0 AND 9),
    -- A PHC string.
    hash       TEXT NOT NULL CHECK (hash LIKE '$argon2id$%'),
    created_at INTEGER NOT NULL,
    used_at    INTEGER,
    PRIMARY KEY (user_id, number)
) STRICT, WITHOUT ROWID;

-- Challenges that a passkey has answered: none is answered twice.
CREATE TABLE used_challenges (
    hash       BLOB PRIMARY KEY CHECK (length(hash) = 32),
    -- When it would not count any more anyway.
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_challenges_expires_at ON used_challenges (expires_at);

-- What tells the key of the site from others: another one opens no secret of an app.
CREATE TABLE site_key (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32)
) STRICT;

CREATE TRIGGER authenticator_apps_insert AFTER INSERT ON authenticator_apps
    WHEN NEW.confirmed_at IS NOT NULL
BEGIN
    UPDATE users SET has_second = 1 WHERE id = NEW.user_id;
END;
CREATE TRIGGER authenticator_apps_confirm AFTER UPDATE ON authenticator_apps
    WHEN NEW.confirmed_at IS NOT NULL AND OLD.confirmed_at IS NULL
BEGIN
    UPDATE users SET has_second = 1 WHERE id = NEW.user_id;
END;
CREATE TRIGGER authenticator_apps_delete AFTER DELETE ON authenticator_apps
    WHEN OLD.confirmed_at IS NOT NULL
BEGIN
    UPDATE users SET has_second = EXISTS (SELECT 1 FROM passkeys WHERE user_id = OLD.user_id)
    WHERE id = OLD.user_id;
END;
CREATE TRIGGER passkeys_insert AFTER INSERT ON passkeys
BEGIN
    UPDATE users SET has_second = 1 WHERE id = NEW.user_id;
END;
CREATE TRIGGER passkeys_delete AFTER DELETE ON passkeys
BEGIN
    UPDATE users SET has_second = EXISTS (SELECT 1 FROM passkeys WHERE user_id = OLD.user_id)
        OR EXISTS (SELECT 1 FROM authenticator_apps
            WHERE user_id = OLD.user_id AND confirmed_at IS NOT NULL)
    WHERE id = OLD.user_id;
END;
