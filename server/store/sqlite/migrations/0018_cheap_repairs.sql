-- What every start repairs, it finds without a look at every user.

-- Keys of addresses, which are made anew should the rules for them have changed.
CREATE INDEX users_keys_beyond_ascii ON users (id)
    WHERE email_key GLOB '*[^ -~]*' OR pending_key GLOB '*[^ -~]*';

-- The schema (PRAGMA schema_version) with which every user was last seen to have a profile. It is
-- another one as soon as somebody drops the trigger that gives them one.
CREATE TABLE profiles_seen (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    schema_version INTEGER NOT NULL
) STRICT;
