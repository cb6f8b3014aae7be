-- Invitations to sign up: to an address, by mail, or by a link that is handed out.
CREATE TABLE invitations (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Who invites; NULL for the operator. Their invitations go with them.
    created_by     INTEGER REFERENCES users (id) ON DELETE CASCADE,
    -- Whom it is for; NULL for whoever has the link. As addresses are compared, too.
    email          TEXT,
    email_key      TEXT CHECK ((email IS NULL) = (email_key IS NULL)),
    -- A role of the schema of that time; NULL for its first.
    role           TEXT,
    -- What the form is filled with: an array of pairs, name and value of a control.
    given          TEXT NOT NULL DEFAULT '[]' CHECK (json_type(given) = 'array'),
    -- For how long it is valid each time it is sent.
    days           INTEGER NOT NULL CHECK (days > 0),
    -- How often somebody may join by it. An address is one person's.
    uses           INTEGER NOT NULL CHECK (uses > 0 AND (email IS NULL OR uses = 1)),
    uses_left      INTEGER NOT NULL CHECK (uses_left >= 0 AND uses_left <= uses),
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    -- When it was taken back.
    ended_at       INTEGER,
    -- When its mail is to be sent; NULL when it is sent, given up, or never to be.
    mail_at        INTEGER CHECK (mail_at IS NULL OR email IS NOT NULL),
    mail_tries     INTEGER NOT NULL DEFAULT 0,
    mail_error     TEXT,
    -- When the last try failed, and no other follows.
    mail_failed_at INTEGER,
    -- The random part of its Message-ID, the same at each try.
    mark           TEXT NOT NULL,
    -- A tag of BCP 47: the language of who invites.
    language       TEXT NOT NULL
) STRICT;

-- The list of who invites; erasing them looks there, too.
CREATE INDEX invitations_created_by ON invitations (created_by, id);
-- Mails that are due.
CREATE INDEX invitations_mail_at ON invitations (mail_at) WHERE mail_at IS NOT NULL;
-- Another invitation to the same address ends the one before.
CREATE INDEX invitations_email_key ON invitations (email_key) WHERE email_key IS NOT NULL;
-- Those that are long past are swept.
CREATE INDEX invitations_expires_at ON invitations (expires_at);
CREATE INDEX invitations_ended_at ON invitations (ended_at) WHERE ended_at IS NOT NULL;

-- The links of an invitation: one that was handed out, or one for each time that its mail was
-- sent.
CREATE TABLE invitation_links (
    -- SHA-256: who reads this table has no link.
    hash          BLOB PRIMARY KEY CHECK (length(hash) = 32),
    invitation_id INTEGER NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    -- 1 if it was mailed: whoever has it reads what is sent to the address.
    is_mailed     INTEGER NOT NULL CHECK (is_mailed IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_links_invitation_id ON invitation_links (invitation_id);
