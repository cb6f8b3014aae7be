-- The language of the last login, a tag of BCP 47: that of mails which others cause. NULL for who
-- has not logged in since there is this column.
ALTER TABLE users ADD COLUMN language TEXT;
