-- Roles, who sees what, and the history of each profile.

-- A key of the schema's roles. NULL, and a role that the schema does not have,
-- count as the schema's first: whoever is put here by plain SQL has the least.
ALTER TABLE users ADD COLUMN role TEXT CHECK (role <> '');

-- What the owner has chosen, by the key of the field; `profile` is the whole.
-- What is not in here follows the schema.
ALTER TABLE profiles ADD COLUMN audiences TEXT NOT NULL DEFAULT '{}'
    CHECK (json_type(audiences) = 'object');

-- One changed item a row. History, undo, the base of a merge: all one table.
CREATE TABLE profile_changes (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose profile it is. Erasing a user erases the history.
    user_id     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The version that the save made. A change of role is no save, and carries
    -- the version that it found.
    version     INTEGER NOT NULL CHECK (version >= 1),
    -- `bio`, `bio.audience`, `profile.audience`, `role`.
    item        TEXT NOT NULL CHECK (item <> ''),
    -- NULL for nothing.
    old         TEXT CHECK (json_valid(old)),
    new         TEXT CHECK (json_valid(new)),
    -- Who did it. The change outlives its author, nameless.
    actor_id    INTEGER REFERENCES users (id) ON DELETE SET NULL,
    -- It was a command of who runs the site, and no user.
    by_operator INTEGER NOT NULL DEFAULT 0 CHECK (by_operator IN (0, 1)),
    at          INTEGER NOT NULL,
    CHECK (old IS NOT new),
    CHECK (by_operator = 0 OR actor_id IS NULL)
) STRICT;

-- The history of a profile, and what came after a version.
CREATE INDEX profile_changes_user_id ON profile_changes (user_id, version);
-- Erasing a user looks up what they did to others.
CREATE INDEX profile_changes_actor_id ON profile_changes (actor_id) WHERE actor_id IS NOT NULL;
