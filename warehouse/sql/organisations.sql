-- Judgements and seats, written so that what stands already is not written again.

-- name: withdraw_judgements
-- One that is not made any more, or made differently. Only pairs are joined: to join what they say, too, takes twice as long.
UPDATE judgements AS standing
SET withdrawn_at = $decided_at
FROM (
    SELECT before.rowid AS row
    FROM judgements AS before
    LEFT JOIN staged_judgements AS made ON made.left_id = before.left_id AND made.right_id = before.right_id
    WHERE before.withdrawn_at IS NULL AND starts_with(before.decided_by, 'machine')
        AND (
            made.left_id IS NULL OR made.decided_by <> before.decided_by OR made.verdict <> before.verdict
            OR made.because <> before.because OR abs(made.score - before.score) >= 0.01
        )
) AS other
WHERE standing.rowid = other.row;

-- name: open_judgements
INSERT INTO judgements (left_id, right_id, verdict, score, decided_by, because, decided_at, withdrawn_at)
SELECT made.left_id, made.right_id, made.verdict, made.score, made.decided_by, made.because, made.decided_at, NULL
FROM staged_judgements AS made
ANTI JOIN (
    SELECT left_id, right_id
    FROM judgements
    WHERE withdrawn_at IS NULL AND starts_with(decided_by, 'machine')
) AS standing ON standing.left_id = made.left_id AND standing.right_id = made.right_id
ORDER BY made.left_id, made.right_id;

-- name: leave_seats
DELETE FROM organisation_records
WHERE record_id IN (SELECT record_id FROM wanted_arrow);

-- name: take_seats
INSERT INTO organisation_records (organisation_id, record_id)
SELECT organisation_id, record_id
FROM wanted_arrow
ORDER BY record_id;

-- name: forget_redirects
DELETE FROM redirects;

-- name: remember_redirects
INSERT INTO redirects (old_id, organisation_id, since)
SELECT old_id, organisation_id, since
FROM staged_redirects
ORDER BY old_id;

-- name: carry_decisions
-- Each once: it is known again by its records, its verdict, its author and its moment. A judgement on a record that is not there
-- (not read yet, or kept out) stays on the desk.
INSERT INTO judgements (left_id, right_id, verdict, score, decided_by, because, decided_at, withdrawn_at)
SELECT
    made.left_id, made.right_id, made.verdict, CASE made.verdict WHEN 'same' THEN 1.0 ELSE 0.0 END, made.decided_by, made.because,
    made.decided_at, made.withdrawn_at
FROM (
    SELECT
        least(one.record_id, other.record_id) AS left_id, greatest(one.record_id, other.record_id) AS right_id, desk.verdict,
        desk.decided_by, desk.because, desk.decided_at, desk.withdrawn_at
    FROM staged_decisions AS desk
    JOIN ledger.records AS one ON one.network = desk.left_network AND one.source_key = desk.left_key
    JOIN ledger.records AS other ON other.network = desk.right_network AND other.source_key = desk.right_key
) AS made
ANTI JOIN judgements AS known
    ON known.left_id = made.left_id AND known.right_id = made.right_id AND known.verdict = made.verdict
    AND known.decided_by = made.decided_by AND known.decided_at = made.decided_at
ORDER BY made.decided_at, made.left_id, made.right_id;

-- name: reopen_decisions
-- What stands on the desk again: a desk that was brought back from a backup did not know it, and so it was withdrawn here.
UPDATE judgements AS known
SET withdrawn_at = NULL
FROM staged_decisions AS desk
JOIN ledger.records AS one ON one.network = desk.left_network AND one.source_key = desk.left_key
JOIN ledger.records AS other ON other.network = desk.right_network AND other.source_key = desk.right_key
WHERE desk.withdrawn_at IS NULL AND known.withdrawn_at IS NOT NULL
    AND known.left_id = least(one.record_id, other.record_id) AND known.right_id = greatest(one.record_id, other.record_id)
    AND known.verdict = desk.verdict AND known.decided_by = desk.decided_by AND known.decided_at = desk.decided_at;

-- name: withdraw_decisions
-- What was withdrawn on the desk, and what the desk does not know (it was brought back from a backup).
UPDATE judgements AS known
SET withdrawn_at = coalesce(desk.withdrawn_at, $now)
FROM (
    SELECT
        standing.left_id, standing.right_id, standing.decided_by, standing.decided_at, said.withdrawn_at,
        said.left_key IS NOT NULL AS is_on_desk
    FROM judgements AS standing
    JOIN ledger.records AS one ON one.record_id = standing.left_id
    JOIN ledger.records AS other ON other.record_id = standing.right_id
    LEFT JOIN staged_decisions AS said
        ON said.decided_by = standing.decided_by AND said.decided_at = standing.decided_at AND said.verdict = standing.verdict
        AND (
            (said.left_network, said.left_key, said.right_network, said.right_key)
                = (one.network, one.source_key, other.network, other.source_key)
            OR (said.right_network, said.right_key, said.left_network, said.left_key)
                = (one.network, one.source_key, other.network, other.source_key)
        )
    WHERE standing.withdrawn_at IS NULL AND NOT starts_with(standing.decided_by, 'machine')
) AS desk
WHERE known.withdrawn_at IS NULL AND known.left_id = desk.left_id AND known.right_id = desk.right_id
    AND known.decided_by = desk.decided_by AND known.decided_at = desk.decided_at
    AND (desk.withdrawn_at IS NOT NULL OR NOT desk.is_on_desk);
