-- Who has a role: whether somebody else may manage users is asked before one of them leaves.
CREATE INDEX users_role ON users (role)
    WHERE role IS NOT NULL AND status = 'active' AND leaves_at IS NULL;
