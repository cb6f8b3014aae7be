-- Lists of users: parts of their names and addresses, and other orders than that of the names.

-- Every three letters in a row of a name and of a confirmed address. The texts stay where they
-- are; three triggers keep the index true, in the transaction of whatever changes them.
CREATE VIRTUAL TABLE users_found USING fts5 (
    username_key, email_key, content = 'users', content_rowid = 'id', tokenize = 'trigram'
);
-- What is erased goes from the index at once.
INSERT INTO users_found (users_found, rank) VALUES ('secure-delete', 1);
INSERT INTO users_found (users_found) VALUES ('rebuild');

CREATE TRIGGER users_found_insert AFTER INSERT ON users BEGIN
    INSERT INTO users_found (rowid, username_key, email_key)
    VALUES (new.id, new.username_key, new.email_key);
END;
CREATE TRIGGER users_found_delete AFTER DELETE ON users BEGIN
    INSERT INTO users_found (users_found, rowid, username_key, email_key)
    VALUES ('delete', old.id, old.username_key, old.email_key);
END;
CREATE TRIGGER users_found_update AFTER UPDATE OF username_key, email_key ON users
WHEN old.username_key IS NOT new.username_key OR old.email_key IS NOT new.email_key BEGIN
    INSERT INTO users_found (users_found, rowid, username_key, email_key)
    VALUES ('delete', old.id, old.username_key, old.email_key);
    INSERT INTO users_found (rowid, username_key, email_key)
    VALUES (new.id, new.username_key, new.email_key);
END;

-- Who signed up last.
CREATE INDEX users_created_at ON users (created_at, username_key);
-- Who logged in last, and behind them who never did.
CREATE INDEX users_last_login_at ON users (coalesce(last_login_at, 0), username_key);
