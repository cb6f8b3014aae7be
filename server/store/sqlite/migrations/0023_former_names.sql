-- Names that users had before they were renamed. Each leads to its user, logs them in, and is
-- nobody else's, until its time is up and it is deleted.

CREATE TABLE former_names (
    -- In lower case, as in `users`. One user's: no two of them lead on from one address.
    name_key   TEXT PRIMARY KEY CHECK (name_key = lower(name_key)),
    -- Whose it was. Erasing a user frees their names.
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- When the user got another name.
    created_at INTEGER NOT NULL,
    -- When it is free again.
    until      INTEGER NOT NULL CHECK (until > created_at)
) STRICT, WITHOUT ROWID;

-- The former names of a user, and erasing one.
CREATE INDEX former_names_user_id ON former_names (user_id);
-- Names whose time is up are swept.
CREATE INDEX former_names_until ON former_names (until);

-- When users last gave themselves a name that they had not had before: they wait between two.
ALTER TABLE users ADD COLUMN renamed_at INTEGER;

-- What the audit log tells of a renaming are names, which go when their user is gone.
DROP TRIGGER events_keep;
CREATE TRIGGER events_keep BEFORE UPDATE ON events
WHEN NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.kind IS NOT OLD.kind
    OR NEW.of_user IS NOT OLD.of_user
    OR (NEW.detail IS NOT OLD.detail
        AND (NEW.detail IS NOT NULL OR OLD.kind <> 'renamed' OR NEW.subject_id IS NOT NULL))
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

CREATE TRIGGER events_forget_names AFTER UPDATE OF subject_id ON events
WHEN NEW.kind = 'renamed' AND NEW.subject_id IS NULL AND OLD.subject_id IS NOT NULL
BEGIN
    UPDATE events SET detail = NULL WHERE id = NEW.id;
END;
