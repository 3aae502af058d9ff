-- What staff confirm of a consortium that no record says, such as who controls whom. It holds for one rule as it reads, and for
-- exactly these members: their entries, the lead first, and none of their names.
CREATE TABLE shortlist_confirmations (
    confirmation_id INTEGER PRIMARY KEY,
    shortlist_id INTEGER NOT NULL REFERENCES shortlists (shortlist_id),
    programme TEXT NOT NULL,
    rule TEXT NOT NULL,
    statement TEXT NOT NULL CHECK (statement <> ''),
    members TEXT NOT NULL CHECK (members <> ''),
    confirmed_by TEXT NOT NULL CHECK (confirmed_by <> ''),
    confirmed_at TEXT NOT NULL,
    withdrawn_by TEXT,
    withdrawn_at TEXT,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
) STRICT;

CREATE UNIQUE INDEX shortlist_confirmations_standing ON shortlist_confirmations (shortlist_id, programme, rule, statement, members)
WHERE withdrawn_at IS NULL;
