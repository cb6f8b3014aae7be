-- The members' directory: what each audience can find, apart from what others can.

-- Whether the profile is in the directory. Its owner's choice, as `listed` is.
ALTER TABLE profiles ADD COLUMN in_directory INTEGER NOT NULL DEFAULT 1
    CHECK (in_directory IN (0, 1));

-- The members whom an audience can find, by name.
CREATE TABLE directory (
    -- A query names one of them, and finds nothing that another one sees.
    audience TEXT NOT NULL CHECK (audience IN ('everyone', 'members')),
    -- Empty in the row by which the member is listed; else an option of a field, as `field=option`.
    choice   TEXT NOT NULL,
    -- The name as this audience sees it, without case and accents, and the username.
    sort_key TEXT NOT NULL,
    user_id  INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (audience, choice, sort_key, user_id)
) STRICT, WITHOUT ROWID;

-- A save rewrites the rows of a user.
CREATE INDEX directory_user_id ON directory (user_id);

-- The words by which members are found: 1 and a whole word, or 2 and the end of one. Each is
-- kept for the widest audience that sees it.
CREATE TABLE directory_words (
    audience TEXT NOT NULL CHECK (audience IN ('everyone', 'members')),
    word     TEXT NOT NULL,
    user_id  INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (audience, word, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX directory_words_user_id ON directory_words (user_id);

-- The rules by which the directory was made, and the last user that it was made for.
CREATE TABLE directory_state (
    -- One row.
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    rules TEXT NOT NULL,
    done  INTEGER NOT NULL
) STRICT;
