-- What people decided to keep out. The value itself is nowhere: only marks of it, which the installation's key makes
-- (sync/withholding/suppression.py), so that this file tells nobody whom it protects.
CREATE TABLE suppressions (
    suppression_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('organisation', 'domain', 'mail', 'phone')),
    decided_by TEXT NOT NULL,
    because TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    withdrawn_by TEXT,
    withdrawn_because TEXT,
    withdrawn_at TEXT,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
) STRICT;

CREATE TABLE suppression_marks (
    suppression_id INTEGER NOT NULL REFERENCES suppressions (suppression_id),
    kind TEXT NOT NULL,
    mark BLOB NOT NULL CHECK (length(mark) = 32),
    PRIMARY KEY (suppression_id, kind, mark)
) STRICT, WITHOUT ROWID;

CREATE INDEX suppression_marks_by_mark ON suppression_marks (kind, mark);

-- A mark of a text that everybody knows: it tells whether the key that is there now is the key that made the others.
CREATE TABLE key_check (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    mark BLOB NOT NULL CHECK (length(mark) = 32)
) STRICT;
