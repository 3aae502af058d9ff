-- What is forgotten of records that are kept out on request. Run by erasing.py, which stages, as Arrow tables: staged_erased
-- (record_id, network, source_key), staged_pages (network, url: pages that are theirs alone) and staged_texts (text: what names
-- them, in lower case). What is computed from the rest (clusters, matches, the search index) is computed anew after it.

-- name: find_records
SELECT record_id, network, source_key, url, profile
FROM ledger.records
ORDER BY record_id;

-- name: find_pages
SELECT network, url, final_url, source_keys FROM ledger.pages
UNION ALL
SELECT network, url, final_url, source_keys FROM ledger.held_pages;

-- name: lower_counts
-- A later run is measured against what the last good one listed: those that are kept out are no loss.
UPDATE ledger.network_runs AS tried
SET profiles = greatest(0, tried.profiles - erased.records)
FROM (
    SELECT e.network, count(*) AS records
    FROM staged_erased AS e
    JOIN ledger.records AS r ON r.record_id = e.record_id
    WHERE NOT r.is_gone
    GROUP BY e.network
) AS erased
WHERE tried.network = erased.network AND tried.outcome = 'complete';

-- name: forget_claims
DELETE FROM ledger.claims WHERE record_id IN (SELECT record_id FROM staged_erased);

-- name: forget_records
DELETE FROM ledger.records WHERE record_id IN (SELECT record_id FROM staged_erased);

-- name: forget_choices
DELETE FROM ledger.choices WHERE record_id IN (SELECT record_id FROM staged_erased);

-- name: forget_judgements
DELETE FROM judgements
WHERE left_id IN (SELECT record_id FROM staged_erased) OR right_id IN (SELECT record_id FROM staged_erased);

-- name: forget_seats
DELETE FROM organisation_records WHERE record_id IN (SELECT record_id FROM staged_erased);

-- name: forget_redirects
DELETE FROM redirects
WHERE old_id IN (SELECT record_id FROM staged_erased)
    OR organisation_id NOT IN (SELECT organisation_id FROM organisation_records);

-- name: forget_pages
DELETE FROM ledger.pages AS p
USING staged_pages AS s
WHERE s.network = p.network AND s.url = p.url;

-- name: forget_held_pages
DELETE FROM ledger.held_pages AS p
USING staged_pages AS s
WHERE s.network = p.network AND s.url = p.url;

-- name: leave_pages
UPDATE ledger.pages AS p
SET source_keys = list_filter(
    p.source_keys,
    lambda key: NOT list_contains((SELECT coalesce(list(e.network || chr(0) || e.source_key), []) FROM staged_erased AS e), p.network || chr(0) || key)
)
WHERE p.network IN (SELECT network FROM staged_erased);

-- name: forget_findings
DELETE FROM ledger.findings AS f
WHERE EXISTS (SELECT 1 FROM staged_erased AS e WHERE e.network = f.network AND e.source_key = f.source_key)
    OR EXISTS (SELECT 1 FROM staged_pages AS s WHERE s.network = f.network AND s.url = f.url)
    OR EXISTS (
        SELECT 1 FROM staged_texts AS t
        WHERE contains(lower(concat_ws(' ', f.because, f.field, f.printed, f.source_key, f.url)), t.text)
    );

-- name: forget_history
DELETE FROM ledger.finding_history AS f
WHERE EXISTS (SELECT 1 FROM staged_texts AS t WHERE contains(lower(concat_ws(' ', f.because, f.field, f.printed)), t.text));

-- name: forget_reasons
UPDATE ledger.network_runs AS tried
SET because = 'what it said named an organisation that is kept out on request'
WHERE EXISTS (SELECT 1 FROM staged_texts AS t WHERE contains(lower(tried.because), t.text));

-- name: forget_clusters
-- Computed anew, but a run may fail before: until then nothing shows them.
DELETE FROM clusters WHERE organisation_id NOT IN (SELECT organisation_id FROM organisation_records);
