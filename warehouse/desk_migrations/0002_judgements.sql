-- What people judged of two records: one organisation, or two. A record is named by its network and the network's own key, the
-- smaller pair left. Nothing is deleted or overwritten: a judgement is withdrawn, and both are dated and signed. Only what is kept
-- out on request leaves, with every judgement on it.
CREATE TABLE judgements (
    judgement_id INTEGER PRIMARY KEY,
    left_network TEXT NOT NULL,
    left_key TEXT NOT NULL,
    right_network TEXT NOT NULL,
    right_key TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different')),
    decided_by TEXT NOT NULL CHECK (decided_by <> ''),
    because TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    withdrawn_by TEXT,
    withdrawn_because TEXT,
    withdrawn_at TEXT,
    CHECK ((left_network, left_key) < (right_network, right_key)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_because IS NULL))
) STRICT;

-- Of two records one judgement stands at a time.
CREATE UNIQUE INDEX judgements_that_stand ON judgements (left_network, left_key, right_network, right_key)
WHERE withdrawn_at IS NULL;
