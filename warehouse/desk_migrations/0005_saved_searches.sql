-- Searches that staff keep, to be told of whoever is found by them for the first time. The owner is empty where nobody signs in.
CREATE TABLE saved_searches (
    search_id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL CHECK (name <> ''),
    -- As the address of the search has it, behind the question mark.
    query TEXT NOT NULL,
    -- Whoever knows it may read the search's feed.
    token TEXT NOT NULL UNIQUE CHECK (length(token) >= 40),
    -- The edition in which it was last looked for.
    noticed TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX saved_searches_of_owners ON saved_searches (owner);

-- Every record of whoever was found: whatever becomes of numbers, nobody is told of the same organisation twice.
CREATE TABLE saved_search_hits (
    hit_id INTEGER PRIMARY KEY,
    search_id INTEGER NOT NULL REFERENCES saved_searches (search_id),
    network TEXT NOT NULL,
    source_key TEXT NOT NULL,
    -- As it was when it was found: shown where nobody lists the record any more.
    organisation_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    country TEXT,
    -- Whether this record stands for an organisation that was found for the first time; others were there when the search was
    -- kept, or came to one that was found already.
    is_told INTEGER NOT NULL CHECK (is_told IN (0, 1)),
    found_at TEXT NOT NULL,
    seen_at TEXT,
    UNIQUE (search_id, network, source_key)
) STRICT;
