-- The form that a user signed up with, as the SHA-256 of all it held but the
-- password: sent twice, it is one account and no refusal. A key in it, of random
-- bits, makes it another one than every other.
ALTER TABLE users ADD COLUMN sign_up_form_hash BLOB CHECK (length(sign_up_form_hash) = 32);
