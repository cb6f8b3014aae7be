-- The audit log, newest first: of a time, of a kind, of a user, whether they did it or it was done
-- to them.
CREATE INDEX events_at ON events (at, id);
CREATE INDEX events_kind_at ON events (kind, at, id);
CREATE INDEX events_actor_at ON events (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX events_subject_at ON events (subject_id, at, id) WHERE subject_id IS NOT NULL;
-- Two of the new ones begin with what these have.
DROP INDEX events_actor_id;
DROP INDEX events_subject_id;

-- The last mail to a user outlives them: it says that their account is gone. The table is made
-- anew, for SQLite takes no NOT NULL away; the numbers of mails go on, for links are voided by
-- them.
CREATE TABLE mails_of_all (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whom it is about; their mails go with them. NULL for one who is gone.
    user_id          INTEGER REFERENCES users (id) ON DELETE CASCADE,
    -- A folder of app/src/text/en/mail.
    kind             TEXT NOT NULL CHECK (kind <> ''),
    recipient        TEXT NOT NULL,
    -- What else it tells: an address, a date.
    detail           TEXT,
    -- The password that the user had. With another one its link is void.
    password_version INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    -- Put off before each try: nobody else sends it meanwhile, and what cannot be
    -- written down is not sent.
    next_try_at      INTEGER NOT NULL,
    tries            INTEGER NOT NULL DEFAULT 0,
    last_error       TEXT,
    -- Set when nobody tries any more.
    failed_at        INTEGER,
    -- The random part of its Message-ID, the same at each try.
    mark             TEXT NOT NULL DEFAULT '',
    -- A tag of BCP 47.
    language         TEXT NOT NULL DEFAULT 'en',
    -- Why nobody tries any more: a word of `Failure` in app/src/account/types/addresses.rs.
    failure          TEXT CHECK (failure <> ''),
    -- The recipient, as addresses are compared. Whoever has given an address reads what
    -- became of the mail to it, and it does not show in that whose address it is.
    recipient_key    TEXT NOT NULL DEFAULT '',
    -- The username of who is gone.
    username         TEXT,
    -- A mail is to a user, or to one who was.
    CHECK ((user_id IS NULL) = (username IS NOT NULL))
) STRICT;
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'mails_of_all', seq FROM sqlite_sequence WHERE name = 'mails';
INSERT INTO mails_of_all
    (id, user_id, kind, recipient, detail, password_version, created_at, next_try_at, tries,
     last_error, failed_at, mark, language, failure, recipient_key)
    SELECT id, user_id, kind, recipient, detail, password_version, created_at, next_try_at, tries,
     last_error, failed_at, mark, language, failure, recipient_key
    FROM mails;
DROP TABLE mails;
ALTER TABLE mails_of_all RENAME TO mails;
-- What is due.
CREATE INDEX mails_next_try_at ON mails (next_try_at) WHERE failed_at IS NULL;
-- Erasing a user looks them up.
CREATE INDEX mails_user_id ON mails (user_id);
-- Mails that did not arrive.
CREATE INDEX mails_recipient_key ON mails (recipient_key) WHERE failed_at IS NOT NULL;
