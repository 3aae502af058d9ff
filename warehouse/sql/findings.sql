-- How often each matter stands and since when. Run by findings.py, within the transaction that wrote the findings.

-- name: count_again
-- A run that was not complete has seen some pages only: it can raise a number and never lower it.
UPDATE ledger.finding_history AS known
SET
    because = today.because, last_run = $run_id, last_seen_on = $today,
    times = CASE WHEN $is_whole THEN today.times ELSE greatest(known.times, today.times) END
FROM (
    SELECT kind, field, printed, max(because) AS because, count(*) AS times
    FROM ledger.findings
    WHERE run_id = $run_id AND network = $network
    GROUP BY kind, field, printed
) AS today
WHERE known.network = $network AND known.kind = today.kind
    AND known.field IS NOT DISTINCT FROM today.field AND known.printed IS NOT DISTINCT FROM today.printed;

-- name: count_first
INSERT INTO ledger.finding_history
    (network, kind, field, printed, because, times, first_run, last_run, first_seen_on, last_seen_on)
SELECT today.network, today.kind, today.field, today.printed, today.because, today.times, $run_id, $run_id, $today, $today
FROM (
    SELECT network, kind, field, printed, max(because) AS because, count(*) AS times
    FROM ledger.findings
    WHERE run_id = $run_id AND network = $network
    GROUP BY network, kind, field, printed
) AS today
ANTI JOIN ledger.finding_history AS known
    ON known.network = today.network AND known.kind = today.kind
    AND known.field IS NOT DISTINCT FROM today.field AND known.printed IS NOT DISTINCT FROM today.printed
ORDER BY today.kind, today.field, today.printed;

-- name: tidy
-- Never those of the last complete run: the next one carries over what stands of them.
DELETE FROM ledger.findings AS f
USING (
    SELECT network, least(min(run_id) FILTER (WHERE age <= $keep_runs), max(run_id) FILTER (WHERE is_whole)) AS first_kept
    FROM (
        SELECT network, run_id, is_whole, row_number() OVER (PARTITION BY network ORDER BY run_id DESC) AS age
        FROM (
            SELECT network, run_id, outcome = 'complete' AS is_whole FROM ledger.network_runs
            UNION ALL
            SELECT '' AS network, run_id, TRUE AS is_whole FROM ledger.runs
        ) AS every_run
    ) AS aged
    GROUP BY network
) AS kept
WHERE f.network = kept.network AND f.run_id < kept.first_kept;
