-- Leaving: an account that its owner has closed is erased when its time is up.

-- When it is erased. Until then nobody sees it, and logging in keeps it.
ALTER TABLE users ADD COLUMN leaves_at INTEGER;

-- Whose time is up.
CREATE INDEX users_leaves_at ON users (leaves_at) WHERE leaves_at IS NOT NULL;
