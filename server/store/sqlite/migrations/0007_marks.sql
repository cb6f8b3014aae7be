-- What a mail's Message-ID is made of: the same at each try, and telling its
-- recipient nothing of the mails of others.
ALTER TABLE mails ADD COLUMN mark TEXT NOT NULL DEFAULT '';
UPDATE mails SET mark = lower(hex(randomblob(12)));
