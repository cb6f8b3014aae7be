-- A history with an end: what it takes of the bound on a profile, and values that
-- are not in it any more.

-- SQLite changes no CHECK of a table that is there, so the table is made anew.
CREATE TABLE profile_changes_next (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose profile it is. Erasing a user erases the history.
    user_id     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The version that the save made. A change of role is no save, and carries
    -- the version that it found.
    version     INTEGER NOT NULL CHECK (version >= 1),
    -- `bio`, `bio.audience`, `profile.audience`, `role`.
    item        TEXT NOT NULL CHECK (item <> ''),
    -- Bytes of its values. It stands before them, so that reading it does not walk
    -- through a long one.
    size        INTEGER NOT NULL GENERATED ALWAYS AS
        (coalesce(length(CAST(old AS BLOB)), 0) + coalesce(length(CAST(new AS BLOB)), 0)) STORED,
    -- NULL for nothing, and for a value that is gone. Asked before `json_valid`,
    -- which says 0 of NULL before SQLite 3.45: an older one reads a dump back.
    old         TEXT CHECK (old IS NULL OR json_valid(old)),
    new         TEXT CHECK (new IS NULL OR json_valid(new)),
    -- Why a value is gone: its owner erased it, or it was among the oldest of too
    -- many.
    old_gone    TEXT CHECK (old_gone IN ('erased', 'too_old')),
    new_gone    TEXT CHECK (new_gone IN ('erased', 'too_old')),
    -- Who did it. The change outlives its author, nameless.
    actor_id    INTEGER REFERENCES users (id) ON DELETE SET NULL,
    -- It was a command of who runs the site, and no user.
    by_operator INTEGER NOT NULL DEFAULT 0 CHECK (by_operator IN (0, 1)),
    at          INTEGER NOT NULL,
    CHECK (old IS NOT new OR old_gone IS NOT NULL OR new_gone IS NOT NULL),
    CHECK (old IS NULL OR old_gone IS NULL),
    CHECK (new IS NULL OR new_gone IS NULL),
    CHECK (by_operator = 0 OR actor_id IS NULL)
) STRICT;

-- An id is never given twice, also not after the table was made anew.
INSERT INTO sqlite_sequence (name, seq)
SELECT 'profile_changes_next', seq FROM sqlite_sequence WHERE name = 'profile_changes';

INSERT INTO profile_changes_next (id, user_id, version, item, old, new, actor_id, by_operator, at)
SELECT id, user_id, version, item, old, new, actor_id, by_operator, at FROM profile_changes;

DROP TABLE profile_changes;
ALTER TABLE profile_changes_next RENAME TO profile_changes;

-- The history of a profile, what came after a version, and what it takes: the bound
-- is looked at with each save, without reading a value.
CREATE INDEX profile_changes_user_id ON profile_changes (user_id, version, id, size);
-- Erasing a user looks up what they did to others.
CREATE INDEX profile_changes_actor_id ON profile_changes (actor_id) WHERE actor_id IS NOT NULL;
