-- Names as weighing all pairs at once needs them. The memory is emptied with them: the next run computes it anew.

DROP TABLE sameness_names;

-- Each name of a record: position counts from 1. kind: 0 full, 1 acronym, 2 lead, 3 part, 4 address. printed as it stands. spelt:
-- without words such as cluster, run together. words: folded, without legal forms. is_single: the line is one name. begins, holds: the
-- letters, as bits, that an acronym of a whole name can begin with, and hold.
CREATE TABLE sameness_names (
    record_id BIGINT NOT NULL,
    position USMALLINT NOT NULL,
    kind UTINYINT NOT NULL,
    printed VARCHAR NOT NULL,
    spelt VARCHAR NOT NULL,
    words VARCHAR[] NOT NULL,
    is_single BOOLEAN NOT NULL,
    begins UBIGINT NOT NULL,
    holds UBIGINT NOT NULL
);

DELETE FROM sameness_stamp;
