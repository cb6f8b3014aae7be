-- How often something was tried, from where somebody has logged in before, and
-- who did what to whom.

-- One row for each thing that is counted, as long as it counts.
CREATE TABLE limits (
    -- A rule of server/src/limits.rs.
    rule    TEXT NOT NULL,
    -- The start of the SHA-256 of whoever is counted: a name, an address. It hides
    -- them from a glance, and not from who tries all addresses.
    who     BLOB NOT NULL CHECK (length(who) = 16),
    -- When nothing of it is used up any more.
    free_at INTEGER NOT NULL,
    PRIMARY KEY (rule, who)
) STRICT, WITHOUT ROWID;

-- Rows that count no longer are swept.
CREATE INDEX limits_free_at ON limits (free_at);

-- Browsers in which a user has logged in before. Whoever tries passwords from
-- elsewhere does not lock them out there.
CREATE TABLE devices (
    -- SHA-256 of the cookie.
    id_hash      BLOB NOT NULL CHECK (length(id_hash) = 32),
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (id_hash, user_id)
) STRICT, WITHOUT ROWID;

-- Erasing a user, and a new password, look them up.
CREATE INDEX devices_user_id ON devices (user_id);
-- Devices of long ago are swept.
CREATE INDEX devices_last_seen_at ON devices (last_seen_at);

-- The audit log. It holds no secrets: no password, no token, no id of a session.
CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    -- A word of app/src/account/event.rs.
    kind       TEXT NOT NULL CHECK (kind <> ''),
    -- Who did it; NULL for a guest, for who runs the site, and for a user who is gone.
    actor_id   INTEGER REFERENCES users (id) ON DELETE SET NULL,
    -- To whom.
    subject_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
    -- From where, as far as that is known.
    address    TEXT,
    device     TEXT,
    -- What else there is to say: a path, a role. Nothing that is somebody's own:
    -- it stays when they go.
    detail     TEXT,
    -- It had an actor or a subject when it was written.
    of_user    INTEGER NOT NULL CHECK (of_user IN (0, 1))
) STRICT;

-- The own entries of a user, and erasing one.
CREATE INDEX events_actor_id ON events (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX events_subject_id ON events (subject_id) WHERE subject_id IS NOT NULL;

-- Append-only. Only what names somebody may go, when they are gone.
CREATE TRIGGER events_keep BEFORE UPDATE ON events
WHEN NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.kind IS NOT OLD.kind
    OR NEW.detail IS NOT OLD.detail OR NEW.of_user IS NOT OLD.of_user
    OR (NEW.actor_id IS NOT OLD.actor_id
        AND (NEW.actor_id IS NOT NULL OR EXISTS (SELECT 1 FROM users WHERE id = OLD.actor_id)))
    OR (NEW.subject_id IS NOT OLD.subject_id
        AND (NEW.subject_id IS NOT NULL OR EXISTS (SELECT 1 FROM users WHERE id = OLD.subject_id)))
    OR ((NEW.address IS NOT OLD.address OR NEW.device IS NOT OLD.device)
        AND (NEW.address IS NOT NULL OR NEW.device IS NOT NULL OR NOT OLD.of_user
            OR NEW.actor_id IS NOT NULL OR NEW.subject_id IS NOT NULL))
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not changed');
END;

CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not changed');
END;

-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER events_add BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not changed');
END;

-- An address, and what a browser says of itself, are somebody's as well.
CREATE TRIGGER events_forget AFTER UPDATE OF actor_id, subject_id ON events
WHEN NEW.actor_id IS NULL AND NEW.subject_id IS NULL
BEGIN
    UPDATE events SET address = NULL, device = NULL WHERE id = NEW.id;
END;

-- Whoever has other rights than at the start gets another id with the next answer.
ALTER TABLE sessions ADD COLUMN renew INTEGER NOT NULL DEFAULT 0 CHECK (renew IN (0, 1));
-- The id before, which counts for some seconds more: the browser may have sent
-- another request before it got the answer.
ALTER TABLE sessions ADD COLUMN previous_hash BLOB CHECK (length(previous_hash) = 32);
ALTER TABLE sessions ADD COLUMN renewed_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sessions_previous_hash ON sessions (previous_hash) WHERE previous_hash IS NOT NULL;
