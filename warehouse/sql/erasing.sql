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

-- name: find_named
SELECT organisation_id, name, country
FROM clusters
WHERE organisation_id = $number
    OR list_contains(list_transform(list_concat([name, native_name], other_names), lambda called: lower(called)), lower($name))
ORDER BY organisation_id;

-- name: find_columns
SELECT schema_name, table_name, list(column_name ORDER BY column_index)
FROM duckdb_columns()
WHERE database_name = current_database() AND NOT internal
    AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE database_name = current_database())
GROUP BY schema_name, table_name
ORDER BY schema_name, table_name;

-- name: find_lists
SELECT network, url, digest FROM ledger.pages WHERE kind = 'import'
UNION
SELECT network, url, digest FROM ledger.held_pages WHERE kind = 'import'
ORDER BY network, url;

-- name: move_page
UPDATE ledger.pages SET url = $new_url, final_url = $new_url, digest = $new_digest WHERE url = $url AND digest = $digest;

-- name: move_held_page
UPDATE ledger.held_pages SET url = $new_url, final_url = $new_url, digest = $new_digest WHERE url = $url AND digest = $digest;

-- name: move_claims
UPDATE ledger.claims SET page_digest = $new_digest WHERE page_digest = $digest;

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

-- name: find_memory
-- What sameness remembers names records too. It is computed anew by the next run.
SELECT table_name
FROM duckdb_tables()
WHERE database_name = current_database() AND schema_name = 'main' AND starts_with(table_name, 'sameness_')
ORDER BY table_name;

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

-- name: forget_listings
DELETE FROM ledger.listings WHERE record_id IN (SELECT record_id FROM staged_erased);

-- name: forget_absorbed
-- What an organisation said that was made of an erased record too, or that names it.
DELETE FROM ledger.absorbed AS a
WHERE EXISTS (SELECT 1 FROM staged_erased AS e WHERE list_contains(a.record_ids, e.record_id) OR a.organisation_id = e.record_id)
    OR EXISTS (SELECT 1 FROM staged_texts AS t WHERE contains(lower(a.said), t.text));

-- name: forget_told
-- What was told of an organisation that an erased record belonged to goes where it names that record.
UPDATE ledger.changes AS c
SET
    old = CASE WHEN (SELECT bool_or(contains(lower(c.old), t.text)) FROM staged_texts AS t) THEN NULL ELSE c.old END,
    new = CASE WHEN (SELECT bool_or(contains(lower(c.new), t.text)) FROM staged_texts AS t) THEN NULL ELSE c.new END
WHERE c.kind <> 'split'
    AND c.organisation_id IN (
        SELECT seated.organisation_id
        FROM organisation_records AS seated
        JOIN staged_erased AS e ON e.record_id = seated.record_id
    )
    AND EXISTS (SELECT 1 FROM staged_texts AS t WHERE contains(lower(concat_ws(' ', c.old, c.new)), t.text));

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
SET source_keys = list_filter(p.source_keys, lambda key: NOT list_contains(erased.keys, key))
FROM (SELECT network, list(source_key) AS keys FROM staged_erased GROUP BY network) AS erased
WHERE erased.network = p.network AND list_has_any(p.source_keys, erased.keys);

-- name: leave_held_pages
UPDATE ledger.held_pages AS p
SET source_keys = list_filter(p.source_keys, lambda key: NOT list_contains(erased.keys, key))
FROM (SELECT network, list(source_key) AS keys FROM staged_erased GROUP BY network) AS erased
WHERE erased.network = p.network AND list_has_any(p.source_keys, erased.keys);

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

-- name: find_dates
SELECT record_id, first_seen_on, checked_on
FROM ledger.records;

-- name: find_published
SELECT
    c.name, c.native_name, c.other_names, c.country, c.website, c.domain, c.role_email, c.phone,
    list([s.network, s.source_key, s.url]) AS sources
FROM clusters AS c
JOIN cluster_sources AS s ON s.organisation_id = c.organisation_id
GROUP BY ALL;

-- name: find_published_records
SELECT
    s.record_id, s.network, s.source_key, s.url, s.first_seen_on, s.checked_on,
    c.name, c.native_name, c.other_names, c.country, c.website, c.domain, c.role_email, c.phone
FROM clusters AS c
JOIN cluster_sources AS s ON s.organisation_id = c.organisation_id
WHERE c.organisation_id = $number
ORDER BY s.record_id;

-- name: count_rows
SELECT schema_name, table_name, estimated_size
FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal AND table_name <> 'schema_migrations'
ORDER BY schema_name, table_name;
