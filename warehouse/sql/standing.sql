-- How things stand after a run.

-- name: count_new_findings
-- Against the last complete run before, whose findings are all that stood then; without one nothing is new, only first.
WITH tonight AS (
    SELECT DISTINCT network, kind, field, printed, source_key
    FROM ledger.findings
    WHERE run_id = $run_id
),
before AS (
    SELECT network, max(run_id) AS run_id
    FROM ledger.network_runs
    WHERE outcome = 'complete' AND run_id < $run_id
    GROUP BY network
),
stood AS (
    SELECT f.network, f.kind, f.field, f.printed, f.source_key
    FROM ledger.findings AS f
    JOIN before ON before.network = f.network AND before.run_id = f.run_id
)
SELECT tonight.network, tonight.kind, count(*) AS times
FROM tonight
JOIN before ON before.network = tonight.network
ANTI JOIN stood
    ON stood.network = tonight.network AND stood.kind = tonight.kind AND stood.field IS NOT DISTINCT FROM tonight.field
    AND stood.printed IS NOT DISTINCT FROM tonight.printed AND stood.source_key IS NOT DISTINCT FROM tonight.source_key
GROUP BY tonight.network, tonight.kind
ORDER BY tonight.network, tonight.kind;
