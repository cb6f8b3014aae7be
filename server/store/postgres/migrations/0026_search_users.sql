-- Lists of users: parts of their names and addresses, and other orders than that of the names.

-- Every three letters in a row of a name and of a confirmed address, by an extension that
-- PostgreSQL brings along and that whoever may create in the database may add. It may be there
-- already, in another schema, or come there by somebody else at this moment.
DO $$
DECLARE
    home text;
BEGIN
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
    EXCEPTION WHEN unique_violation OR duplicate_object THEN
        NULL;
    END;
    SELECT n.nspname INTO home
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'pg_trgm';
    EXECUTE format('CREATE INDEX users_found ON users
        USING gin (username_key %1$I.gin_trgm_ops, email_key %1$I.gin_trgm_ops)', home);
END
$$;

-- Who signed up last.
CREATE INDEX users_created_at ON users (created_at, username_key);
-- Who logged in last, and behind them who never did.
CREATE INDEX users_last_login_at ON users (coalesce(last_login_at, 0), username_key);
