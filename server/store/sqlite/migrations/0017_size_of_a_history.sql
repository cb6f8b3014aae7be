-- The size of each history, beside its profile: every save looks at it, and counting ten
-- thousand changes takes longer than all the rest of a save.

ALTER TABLE profiles ADD COLUMN history_changes INTEGER NOT NULL DEFAULT 0
    CHECK (history_changes >= 0);
ALTER TABLE profiles ADD COLUMN history_bytes INTEGER NOT NULL DEFAULT 0
    CHECK (history_bytes >= 0);

UPDATE profiles SET
    history_changes = (SELECT count(*) FROM profile_changes
                       WHERE profile_changes.user_id = profiles.user_id),
    history_bytes = (SELECT coalesce(sum(size), 0) FROM profile_changes
                     WHERE profile_changes.user_id = profiles.user_id);

CREATE TRIGGER profile_changes_insert_size AFTER INSERT ON profile_changes
BEGIN
    UPDATE profiles SET history_changes = history_changes + 1,
        history_bytes = history_bytes + new.size
    WHERE user_id = new.user_id;
END;

CREATE TRIGGER profile_changes_update_size AFTER UPDATE OF old, new ON profile_changes
BEGIN
    UPDATE profiles SET history_bytes = history_bytes - old.size + new.size
    WHERE user_id = new.user_id;
END;

CREATE TRIGGER profile_changes_delete_size AFTER DELETE ON profile_changes
BEGIN
    UPDATE profiles SET history_changes = history_changes - 1,
        history_bytes = history_bytes - old.size
    WHERE user_id = old.user_id;
END;
