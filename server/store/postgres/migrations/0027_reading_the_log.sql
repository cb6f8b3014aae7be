-- The audit log, newest first: of a time, of a kind, of a user, whether they did it or it was done
-- to them.
CREATE INDEX events_at ON events (at, id);
CREATE INDEX events_kind_at ON events (kind, at, id);
CREATE INDEX events_actor_at ON events (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX events_subject_at ON events (subject_id, at, id) WHERE subject_id IS NOT NULL;
-- Two of the new ones begin with what these have.
DROP INDEX events_actor_id;
DROP INDEX events_subject_id;

-- The last mail to a user outlives them: it says that their account is gone.
ALTER TABLE mails ALTER COLUMN user_id DROP NOT NULL;
-- The username of who is gone.
ALTER TABLE mails ADD COLUMN username text;
-- A mail is to a user, or to one who was.
ALTER TABLE mails ADD CHECK ((user_id IS NULL) = (username IS NOT NULL));
