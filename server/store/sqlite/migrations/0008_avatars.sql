-- Pictures of profiles.

CREATE TABLE avatars (
    -- Whose it is. What two users send is two rows: each goes with its user, and
    -- nobody learns from the other that somebody has it too.
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of `large`, which names it in `profiles.fields` and in its path.
    hash       TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
    -- NULL for the one that the profile has. An earlier one is kept until then, so
    -- that the change can be undone.
    kept_until INTEGER,
    -- JPEG, of 64, 256 and 512 pixels a side. Never what was sent.
    small      BLOB NOT NULL,
    medium     BLOB NOT NULL,
    large      BLOB NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT;

-- A path names it by its hash.
CREATE INDEX avatars_hash ON avatars (hash);
-- What is not kept any longer is looked for.
CREATE INDEX avatars_kept_until ON avatars (kept_until) WHERE kept_until IS NOT NULL;

-- A save names no picture that is not there.
CREATE TRIGGER profiles_have_their_avatar BEFORE UPDATE OF fields ON profiles
WHEN NEW.fields ->> '$.avatar.hash' IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM avatars
        WHERE user_id = NEW.user_id AND hash = NEW.fields ->> '$.avatar.hash')
BEGIN
    SELECT RAISE(ABORT, 'the picture of a profile is in avatars');
END;

-- And the one that it names goes only with its user.
CREATE TRIGGER avatars_keep_with_profile BEFORE DELETE ON avatars
WHEN EXISTS (SELECT 1 FROM users JOIN profiles ON user_id = id
    WHERE id = OLD.user_id AND fields ->> '$.avatar.hash' = OLD.hash)
BEGIN
    SELECT RAISE(ABORT, 'the picture of a profile is in avatars');
END;
