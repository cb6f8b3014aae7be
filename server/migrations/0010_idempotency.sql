-- The form that a user signed up with, as the SHA-256 of its key: sent twice, it is
-- one account and no refusal.
ALTER TABLE users ADD COLUMN idempotency_key_hash BLOB CHECK (length(idempotency_key_hash) = 32);
