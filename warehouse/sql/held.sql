-- What a held run read, kept for a person's decision. Staged by load.py, as Arrow tables: staged_pages (what is remembered of the
-- pages), staged_set_aside (pages that were read and are not to be remembered).

-- name: forget_run
DELETE FROM ledger.held_runs WHERE network = $network;

-- name: forget_pages
DELETE FROM ledger.held_pages WHERE network = $network;

-- name: keep_run
INSERT INTO ledger.held_runs
    (run_id, network, reasons, unfinished, is_import, profile_pages, pages_unread, unchanged_keys, unread_keys)
VALUES
    ($run_id, $network, $reasons, $unfinished, $is_import, $profile_pages, $pages_unread, $unchanged_keys, $unread_keys);

-- name: keep_pages
INSERT INTO ledger.held_pages
    (run_id, network, url, kind, digest, fetched_at, charset, final_url, source_keys, changed_at, etag, last_modified, carried,
     phrases, unread_labels, is_doubted, is_set_aside)
SELECT
    $run_id, $network, url, kind, digest, fetched_at, charset, final_url, source_keys, changed_at, etag, last_modified, carried,
    phrases, unread_labels, is_doubted, FALSE
FROM staged_pages
UNION ALL
SELECT
    $run_id, $network, url, kind, digest, fetched_at, charset, final_url, source_keys, changed_at, etag, last_modified, carried,
    phrases, unread_labels, is_doubted, TRUE
FROM staged_set_aside;

-- name: note_acceptance
INSERT INTO ledger.acceptances (run_id, network, accepted_run, accepted_by, because, reasons, accepted_at)
VALUES ($run_id, $network, $accepted_run, $accepted_by, $because, $reasons, $accepted_at);

-- name: read_runs
SELECT
    kept.run_id, kept.network, kept.reasons, kept.unfinished, kept.is_import, kept.profile_pages, kept.pages_unread,
    kept.unchanged_keys, kept.unread_keys, tried.started_at, tried.ended_at, tried.pages_changed
FROM ledger.held_runs AS kept
JOIN ledger.network_runs AS tried ON tried.run_id = kept.run_id AND tried.network = kept.network
ORDER BY kept.network;

-- name: read_pages
-- In the order in which they were kept: of two lists imported at once the first one's word comes first.
SELECT
    url, kind, digest, fetched_at, charset, final_url, source_keys, changed_at, etag, last_modified, carried, phrases,
    unread_labels, is_doubted, is_set_aside
FROM ledger.held_pages
WHERE network = $network
ORDER BY rowid;

-- name: read_findings
-- What the run found of pages and of the network; what it found in records is found anew when they are read.
SELECT kind, because, network, field, printed, source_key, url
FROM ledger.findings
WHERE run_id = $run_id AND network = $network AND source_key IS NULL
ORDER BY rowid;
