-- Since when a number leads where it leads; NULL: from before this was noted, and no change tells it.
ALTER TABLE redirects ADD COLUMN since DATE;

UPDATE redirects
SET since = told.changed_on
FROM (
    SELECT CAST(old AS BIGINT) AS old_id, max(changed_on) AS changed_on
    FROM ledger.changes
    WHERE kind = 'merged' AND old IS NOT NULL
    GROUP BY old
) AS told
WHERE told.old_id = redirects.old_id;

-- The evidence on pairs that are in doubt, reason by reason. As all that sameness remembers it is emptied when something is
-- forgotten on request, and computed anew by the next run.
CREATE TABLE sameness_reasons (
    left_record_id BIGINT NOT NULL,
    right_record_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    weight DOUBLE NOT NULL,
    left_said VARCHAR NOT NULL,
    right_said VARCHAR NOT NULL,
    because VARCHAR NOT NULL
);
