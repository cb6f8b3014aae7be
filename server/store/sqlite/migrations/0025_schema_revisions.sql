-- The schemas that were applied while the site was in use. The newest counts, unless a file is
-- named; without any, the one that is built in.
CREATE TABLE schema_revisions (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    -- A schema file, as it was sent.
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 262144),
    -- SHA-256 of the text, by which people tell revisions apart.
    hash        BLOB NOT NULL CHECK (length(hash) = 32),
    applied_at  INTEGER NOT NULL,
    -- Who did it. The revision outlives them, nameless.
    applied_by  INTEGER REFERENCES users (id) ON DELETE SET NULL,
    -- It was a command of who runs the site, and no user.
    by_operator INTEGER NOT NULL CHECK (by_operator IN (0, 1)),
    -- The number of an earlier revision that was taken back to; NULL for a new text.
    restores    INTEGER CHECK (restores < id),
    CHECK (by_operator = 0 OR applied_by IS NULL)
) STRICT;

-- Erasing a user looks up what they applied.
CREATE INDEX schema_revisions_applied_by ON schema_revisions (applied_by)
    WHERE applied_by IS NOT NULL;
