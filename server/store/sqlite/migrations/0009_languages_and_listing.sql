-- The language of a mail, a tag of BCP 47: that of the request which asked for it.
ALTER TABLE mails ADD COLUMN language TEXT NOT NULL DEFAULT 'en';

-- Whether search engines may list a profile that everyone sees. Its owner's choice,
-- and no part of what the profile says: it has no version and no history.
ALTER TABLE profiles ADD COLUMN listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1));
