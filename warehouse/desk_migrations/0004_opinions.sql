-- What staff think of a partner that the program ranked: useful or not, and why. Nothing is overwritten; of what somebody says of
-- the same two again the last word counts. Both are records, so that it still tells of the same two when numbers change.
CREATE TABLE match_opinions (
    opinion_id INTEGER PRIMARY KEY,
    home_network TEXT NOT NULL,
    home_key TEXT NOT NULL,
    partner_network TEXT NOT NULL,
    partner_key TEXT NOT NULL,
    is_useful INTEGER NOT NULL CHECK (is_useful IN (0, 1)),
    because TEXT NOT NULL,
    -- How it was ranked when somebody said so.
    recipe TEXT NOT NULL,
    place INTEGER NOT NULL,
    score REAL NOT NULL,
    edition INTEGER NOT NULL,
    given_by TEXT NOT NULL,
    given_at TEXT NOT NULL
) STRICT;

CREATE INDEX match_opinions_of_home ON match_opinions (home_network, home_key);
