-- Whose file it is, and a clock that is not believed at once.

-- "Silh". The program writes to no database of somebody else (store/file.rs).
PRAGMA application_id = 1399417960;

-- What the site has seen of the time: one row, for as long as there is a site. What is
-- erased for good waits for a clock that is believed (server/src/doubt.rs).
CREATE TABLE clock (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    -- The last time that was believed.
    believed_at INTEGER NOT NULL,
    -- The last one that was not.
    doubted_at  INTEGER,
    -- For how long the site has run with it.
    watched_ms  INTEGER NOT NULL DEFAULT 0 CHECK (watched_ms >= 0)
) STRICT;
