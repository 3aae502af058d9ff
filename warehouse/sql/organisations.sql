-- Judgements and seats, written so that what stands already is not written again.

-- name: withdraw_judgements
UPDATE judgements AS standing
SET withdrawn_at = $decided_at
WHERE standing.withdrawn_at IS NULL AND starts_with(standing.decided_by, 'machine')
    AND (standing.left_id, standing.right_id) NOT IN (
        SELECT (made.left_id, made.right_id)
        FROM staged_judgements AS made
        JOIN judgements AS same
            ON same.left_id = made.left_id AND same.right_id = made.right_id AND same.withdrawn_at IS NULL
            AND same.decided_by = made.decided_by AND same.verdict = made.verdict AND same.because = made.because
            AND abs(same.score - made.score) < 0.01
    );

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
WHERE (organisation_id, record_id) NOT IN (SELECT (organisation_id, record_id) FROM staged_seats);

-- name: take_seats
INSERT INTO organisation_records (organisation_id, record_id)
SELECT seats.organisation_id, seats.record_id
FROM staged_seats AS seats
ANTI JOIN organisation_records AS taken ON taken.record_id = seats.record_id
ORDER BY seats.record_id;

-- name: forget_redirects
DELETE FROM redirects;

-- name: remember_redirects
INSERT INTO redirects (old_id, organisation_id)
SELECT old_id, organisation_id
FROM staged_redirects
ORDER BY old_id;
