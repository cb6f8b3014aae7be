-- The members' directory: what each audience can find, apart from what others can.

-- Whether the profile is in the directory. Its owner's choice, as `listed` is.
ALTER TABLE profiles ADD COLUMN in_directory boolean NOT NULL DEFAULT true;

-- The members whom an audience can find, by name.
CREATE TABLE directory (
    -- A query names one of them, and finds nothing that another one sees.
    audience text NOT NULL CHECK (audience IN ('everyone', 'members')),
    -- Empty in the row by which the member is listed; else an option of a field, as `field=option`.
    choice   text NOT NULL,
    -- The name as this audience sees it, without case and accents, and the username.
    sort_key text NOT NULL,
    user_id  bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (audience, choice, sort_key, user_id)
);

-- A save rewrites the rows of a user.
CREATE INDEX directory_user_id ON directory (user_id);

-- The words by which members are found: 1 and a whole word, or 2 and the end of one. Each is
-- kept for the widest audience that sees it.
CREATE TABLE directory_words (
    audience text NOT NULL CHECK (audience IN ('everyone', 'members')),
    word     text NOT NULL,
    user_id  bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (audience, word, user_id)
);

CREATE INDEX directory_words_user_id ON directory_words (user_id);

-- The rules by which the directory was made, and the last user that it was made for.
CREATE TABLE directory_state (
    -- One row.
    id    bigint PRIMARY KEY CHECK (id = 1),
    rules text NOT NULL,
    done  bigint NOT NULL
);
