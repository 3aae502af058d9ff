-- What staff keep on their page. An entry of a shortlist is a record, named by its network and the network's own key: so it
-- stays what it was meant to be whatever becomes of the organisation's number.
CREATE TABLE shortlists (
    shortlist_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    programme TEXT,
    revision INTEGER NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    deleted_by TEXT,
    deleted_at TEXT,
    CHECK ((deleted_at IS NULL) = (deleted_by IS NULL))
) STRICT;

CREATE TABLE shortlist_entries (
    entry_id INTEGER PRIMARY KEY,
    shortlist_id INTEGER NOT NULL REFERENCES shortlists (shortlist_id),
    network TEXT NOT NULL,
    source_key TEXT NOT NULL,
    -- As it was when it was added: shown where nobody lists the record any more.
    organisation_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    country TEXT,
    -- The lowest leads the consortium.
    position INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    removed_by TEXT,
    removed_at TEXT,
    UNIQUE (shortlist_id, network, source_key),
    CHECK ((removed_at IS NULL) = (removed_by IS NULL))
) STRICT;

-- How far one has come with an entry: nothing is overwritten. Whoever changes it says after which change; of two who say the
-- same only one can be right.
CREATE TABLE shortlist_statuses (
    entry_id INTEGER NOT NULL REFERENCES shortlist_entries (entry_id),
    revision INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('new', 'contacted', 'yes', 'no')),
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (entry_id, revision)
) STRICT, WITHOUT ROWID;

-- Notes are only added: two who write at once both keep theirs.
CREATE TABLE shortlist_notes (
    note_id INTEGER PRIMARY KEY,
    shortlist_id INTEGER NOT NULL REFERENCES shortlists (shortlist_id),
    entry_id INTEGER REFERENCES shortlist_entries (entry_id),
    text TEXT NOT NULL CHECK (text <> ''),
    written_by TEXT NOT NULL,
    written_at TEXT NOT NULL
) STRICT;

CREATE INDEX shortlist_notes_of_entries ON shortlist_notes (shortlist_id, entry_id);

-- Who may sign in. Of a password there is only what scrypt makes of it; a new password, or a removal, ends every sign-in.
CREATE TABLE users (
    name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE CHECK (name <> ''),
    password_hash TEXT NOT NULL,
    generation INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
