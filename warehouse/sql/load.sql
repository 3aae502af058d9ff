-- Loading one network's complete run. Staged by load.py, as Arrow tables: staged_records (read in this run),
-- staged_claims (what they say), staged_seen (all that the network lists: read, unchanged, or listed but unreadable).

-- name: number_new_records
INSERT INTO ledger.records
    (record_id, network, source_key, url, profile, first_run, checked_run, first_seen_on, changed_on, checked_on,
     missing_since, missing_runs, is_gone, digest)
SELECT
    numbers.last_record_id + row_number() OVER (ORDER BY staged.source_key), $network, staged.source_key, staged.url,
    staged.profile, $run_id, $run_id, $today, $today, $today, NULL, 0, FALSE, hash(staged.profile)
FROM staged_records AS staged
CROSS JOIN ledger.numbers AS numbers
WHERE staged.source_key NOT IN (SELECT source_key FROM ledger.records WHERE network = $network)
ORDER BY staged.source_key;

-- name: remember_numbers
UPDATE ledger.numbers
SET last_record_id = greatest(last_record_id, (SELECT coalesce(max(record_id), 0) FROM ledger.records));

-- name: see
CREATE OR REPLACE TEMP TABLE seen AS
SELECT r.record_id, r.source_key, staged.is_read, staged.is_checked, r.first_run = $run_id AS is_new, r.is_gone AS was_gone
FROM staged_seen AS staged
JOIN ledger.records AS r ON r.network = $network AND r.source_key = staged.source_key;

-- name: compare_profiles
-- Field by field, only where the text differs at all. The address is not a value: pages move.
CREATE OR REPLACE TEMP TABLE changed_fields AS
WITH differing AS (
    SELECT r.record_id, r.profile AS old_profile, staged.profile AS new_profile
    FROM ledger.records AS r
    JOIN staged_records AS staged ON staged.source_key = r.source_key
    WHERE r.network = $network AND r.profile <> staged.profile
),
before AS (
    SELECT record_id, unnest(map_entries(from_json(old_profile, '"MAP(VARCHAR, JSON)"'))) AS entry
    FROM differing
),
now AS (
    SELECT record_id, unnest(map_entries(from_json(new_profile, '"MAP(VARCHAR, JSON)"'))) AS entry
    FROM differing
)
SELECT
    coalesce(now.record_id, before.record_id) AS record_id, coalesce(now.entry.key, before.entry.key) AS field,
    CAST(before.entry.value AS VARCHAR) AS old, CAST(now.entry.value AS VARCHAR) AS new
FROM before
FULL JOIN now ON now.record_id = before.record_id AND now.entry.key = before.entry.key
WHERE before.entry.value IS DISTINCT FROM now.entry.value
    AND coalesce(now.entry.key, before.entry.key) <> 'url';

-- name: number_claims
CREATE OR REPLACE TEMP TABLE incoming_claims AS
SELECT seen.record_id, staged.era, staged.field, staged.value, staged.printed, staged.url, staged.page_digest
FROM staged_claims AS staged
JOIN seen ON seen.source_key = staged.source_key;

-- name: find_stale_claims
-- Neither the page's address nor its digest is compared: a page may move or change elsewhere, and the claim still holds.
CREATE OR REPLACE TEMP TABLE stale_claims AS
SELECT standing.record_id, standing.era, standing.field
FROM ledger.claims AS standing
JOIN seen ON seen.record_id = standing.record_id
ANTI JOIN incoming_claims AS incoming
    ON incoming.record_id = standing.record_id AND incoming.era = standing.era AND incoming.field = standing.field
    AND incoming.value IS NOT DISTINCT FROM standing.value AND incoming.printed = standing.printed
WHERE standing.last_run IS NULL AND seen.is_read;

-- name: close_claims
-- checked_run is still that of the record's last reading: the last run in which the value held.
UPDATE ledger.claims AS standing
SET last_run = r.checked_run, last_seen_on = r.checked_on
FROM stale_claims AS stale
JOIN ledger.records AS r ON r.record_id = stale.record_id
WHERE standing.record_id = stale.record_id AND standing.era = stale.era AND standing.field = stale.field
    AND standing.last_run IS NULL;

-- name: open_claims
INSERT INTO ledger.claims
    (record_id, era, field, value, printed, url, page_digest, first_run, last_run, first_seen_on, last_seen_on)
SELECT
    incoming.record_id, incoming.era, incoming.field, incoming.value, incoming.printed, incoming.url, incoming.page_digest,
    $run_id, NULL, $today, NULL
FROM incoming_claims AS incoming
ANTI JOIN (SELECT record_id, era, field FROM ledger.claims WHERE last_run IS NULL) AS standing
    ON standing.record_id = incoming.record_id AND standing.era = incoming.era AND standing.field = incoming.field
ORDER BY incoming.record_id, incoming.field, incoming.era;

-- name: update_profiles
UPDATE ledger.records AS r
SET
    profile = staged.profile, url = staged.url, digest = hash(staged.profile),
    changed_on = CASE WHEN r.record_id IN (SELECT record_id FROM changed_fields) THEN $today ELSE r.changed_on END
FROM staged_records AS staged
WHERE r.network = $network AND r.source_key = staged.source_key AND r.profile <> staged.profile;

-- name: clear_absence
UPDATE ledger.records
SET missing_since = NULL, missing_runs = 0, is_gone = FALSE
WHERE missing_runs > 0 AND record_id IN (SELECT record_id FROM seen);

-- name: check_records
UPDATE ledger.records
SET checked_run = $run_id, checked_on = $today
WHERE record_id IN (SELECT record_id FROM seen WHERE is_checked);

-- name: count_absence
UPDATE ledger.records
SET
    missing_since = coalesce(missing_since, $today), missing_runs = missing_runs + 1,
    is_gone = missing_runs + 1 >= $gone_after
WHERE network = $network AND NOT is_gone AND record_id NOT IN (SELECT record_id FROM seen);

-- name: end_listings
UPDATE ledger.listings AS l
SET listed_until = r.missing_since
FROM ledger.records AS r
WHERE r.record_id = l.record_id AND r.network = $network AND l.listed_until IS NULL AND r.missing_since IS NOT NULL;

-- name: begin_listings
-- The first spell begins when the record was first seen, which may be the day of a held run that somebody accepted.
INSERT INTO ledger.listings (record_id, listed_since, listed_until)
SELECT r.record_id, CASE WHEN bool_or(l.record_id IS NOT NULL) THEN $today ELSE r.first_seen_on END, NULL
FROM ledger.records AS r
LEFT JOIN ledger.listings AS l ON l.record_id = r.record_id
WHERE r.network = $network AND r.missing_since IS NULL
GROUP BY r.record_id, r.first_seen_on
HAVING NOT bool_or(l.record_id IS NOT NULL AND l.listed_until IS NULL)
ORDER BY r.record_id;

-- name: count_changed_records
SELECT count(DISTINCT record_id) FROM changed_fields;

-- name: count_seen
SELECT count(*) FROM seen;

-- name: measure_fill
SELECT coalesce(map_from_entries(list((filled.field, filled.share) ORDER BY filled.field)), MAP {})
FROM (
    SELECT said.field, count(*) / (SELECT count(*) FROM seen) AS share
    FROM (
        SELECT unnest(json_keys(r.profile)) AS field
        FROM ledger.records AS r
        JOIN seen ON seen.record_id = r.record_id
    ) AS said
    GROUP BY said.field
) AS filled;

-- name: forget_pages
DELETE FROM ledger.pages WHERE network = $network;

-- name: remember_pages
INSERT INTO ledger.pages
    (network, url, kind, digest, fetched_at, charset, final_url, source_keys, changed_at, etag, last_modified, carried,
     phrases, unread_labels, is_doubted)
SELECT
    $network, url, kind, digest, fetched_at, charset, final_url, source_keys, changed_at, etag, last_modified, carried,
    phrases, unread_labels, is_doubted
FROM staged_pages;

-- name: tidy
DROP TABLE IF EXISTS seen;
DROP TABLE IF EXISTS changed_fields;
DROP TABLE IF EXISTS incoming_claims;
DROP TABLE IF EXISTS stale_claims;

-- name: note_network_run
INSERT INTO ledger.network_runs
    (run_id, network, outcome, because, started_at, ended_at, pages_fetched, pages_unchanged, pages_changed, profiles, findings,
     records_new, records_changed, records_missing, claims_opened, claims_closed, fill)
VALUES
    ($run_id, $network, $outcome, $because, $started_at, $ended_at, $pages_fetched, $pages_unchanged, $pages_changed, $profiles,
     $findings, $records_new, $records_changed, $records_missing, $claims_opened, $claims_closed, $fill);

-- name: note_findings
INSERT INTO ledger.findings (run_id, network, kind, because, field, printed, source_key, url)
SELECT $run_id, network, kind, because, field, printed, source_key, url
FROM staged_findings;

-- A record that was not read again still has its open questions: a run's findings are all that stand after it. What this run
-- has found itself (of a page that was read and not believed) stands once.
-- name: carry_findings
INSERT INTO ledger.findings (run_id, network, kind, because, field, printed, source_key, url)
SELECT $run_id, f.network, f.kind, f.because, f.field, f.printed, f.source_key, f.url
FROM ledger.findings AS f
JOIN staged_seen AS staged ON staged.source_key = f.source_key AND NOT staged.is_read
WHERE f.network = $network
    AND f.run_id = (
        SELECT max(before.run_id)
        FROM ledger.network_runs AS before
        WHERE before.network = $network AND before.outcome = 'complete' AND before.run_id < $run_id
    )
    AND NOT EXISTS (
        SELECT 1
        FROM staged_findings AS today
        WHERE today.source_key = f.source_key AND today.kind = f.kind
            AND today.field IS NOT DISTINCT FROM f.field AND today.printed IS NOT DISTINCT FROM f.printed
    );
