-- Lists of users by name: those with a role, and those who cannot log in or are leaving. The
-- others are most, and found by their name alone.
CREATE INDEX users_role_username_key ON users (role, username_key) WHERE role IS NOT NULL;
CREATE INDEX users_not_active ON users (username_key)
    WHERE status <> 'active' OR leaves_at IS NOT NULL;
