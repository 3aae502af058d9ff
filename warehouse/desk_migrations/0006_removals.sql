-- What organisations ask of us by the form "Remove us". Words are kept only until somebody has decided; then the dates and what was
-- decided are left.
CREATE TABLE removals (
    removal_id INTEGER PRIMARY KEY,
    wish TEXT NOT NULL CHECK (wish IN ('remove', 'contact', 'correct')),
    organisation TEXT NOT NULL,
    website TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    outcome TEXT CHECK (outcome IN ('kept out', 'declined')),
    decided_by TEXT,
    decided_because TEXT,
    decided_at TEXT,
    CHECK ((decided_at IS NULL) = (outcome IS NULL)),
    CHECK (decided_at IS NULL OR (organisation = '' AND website = '' AND reply_to = ''))
) STRICT;
