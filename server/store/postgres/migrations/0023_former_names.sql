-- Names that users had before they were renamed. Each leads to its user, logs them in, and is
-- nobody else's, until its time is up and it is deleted.

CREATE TABLE former_names (
    -- In lower case, as in `users`. One user's: no two of them lead on from one address.
    name_key   text PRIMARY KEY CHECK (name_key = lower(name_key)),
    -- Whose it was. Erasing a user frees their names.
    user_id    bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- When the user got another name.
    created_at bigint NOT NULL,
    -- When it is free again.
    until      bigint NOT NULL CHECK (until > created_at)
);

-- The former names of a user, and erasing one.
CREATE INDEX former_names_user_id ON former_names (user_id);
-- Names whose time is up are swept.
CREATE INDEX former_names_until ON former_names (until);

-- When users last gave themselves a name that they had not had before: they wait between two.
ALTER TABLE users ADD COLUMN renamed_at bigint;

-- What the audit log tells of a renaming are names, which go when their user is gone.
CREATE OR REPLACE FUNCTION events_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id
        OR NEW.at IS DISTINCT FROM OLD.at
        OR NEW.kind IS DISTINCT FROM OLD.kind
        OR NEW.of_user IS DISTINCT FROM OLD.of_user
        OR (NEW.detail IS DISTINCT FROM OLD.detail
            AND (NEW.detail IS NOT NULL OR OLD.kind <> 'renamed' OR NEW.subject_id IS NOT NULL))
        OR (NEW.actor_id IS DISTINCT FROM OLD.actor_id
            AND (NEW.actor_id IS NOT NULL
                OR EXISTS (SELECT 1 FROM users WHERE id = OLD.actor_id)))
        OR (NEW.subject_id IS DISTINCT FROM OLD.subject_id
            AND (NEW.subject_id IS NOT NULL
                OR EXISTS (SELECT 1 FROM users WHERE id = OLD.subject_id)))
        OR ((NEW.address IS DISTINCT FROM OLD.address OR NEW.device IS DISTINCT FROM OLD.device)
            AND (NEW.address IS NOT NULL OR NEW.device IS NOT NULL OR NOT OLD.of_user
                OR NEW.actor_id IS NOT NULL OR NEW.subject_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'the audit log is not changed' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END;
$$;

CREATE FUNCTION events_forget_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE events SET detail = NULL WHERE id = NEW.id;
    RETURN NULL;
END;
$$;
CREATE TRIGGER events_forget_names AFTER UPDATE ON events
    FOR EACH ROW WHEN (NEW.kind = 'renamed' AND NEW.subject_id IS NULL
        AND OLD.subject_id IS NOT NULL)
    EXECUTE FUNCTION events_forget_names();
