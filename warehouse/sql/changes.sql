-- What became of the organisations between two tellings: as clusters, labels and organisation_records were, and as they are.
-- Run by changes.py: remember_… before they are computed anew, the rest after it.

-- name: remember_clusters
-- Whole rows, so that a column added later is compared too. What is left out says when we looked, not what there is.
CREATE OR REPLACE TEMP TABLE before_clusters AS
SELECT known.organisation_id, known.name, known.is_gone, CAST(to_json(known) AS VARCHAR) AS said
FROM (SELECT * EXCLUDE (first_seen_on, changed_on, checked_on, profile_updated_on) FROM clusters) AS known;

-- name: remember_labels
CREATE OR REPLACE TEMP TABLE before_labels AS
SELECT organisation_id, level, issuer, awarded, valid_until
FROM labels;

-- name: remember_seats
CREATE OR REPLACE TEMP TABLE before_seats AS
SELECT organisation_id, record_id
FROM organisation_records;

-- name: find_clusters
CREATE OR REPLACE TEMP TABLE now_clusters AS
SELECT known.organisation_id, known.name, known.is_gone, CAST(to_json(known) AS VARCHAR) AS said
FROM (SELECT * EXCLUDE (first_seen_on, changed_on, checked_on, profile_updated_on) FROM clusters) AS known;

-- name: find_kin
-- Which organisation has records of which: each mostly of itself alone; others where records moved by a merge or a split.
CREATE OR REPLACE TEMP TABLE kin AS
SELECT DISTINCT former.organisation_id AS before_id, seated.organisation_id AS now_id
FROM before_seats AS former
JOIN organisation_records AS seated ON seated.record_id = former.record_id;

-- name: find_labels
-- Labels valid on the day of the last telling and valid today; of two spans of one label the one that lasts longer.
CREATE OR REPLACE TEMP TABLE held_labels AS
WITH told AS (
    SELECT coalesce(arg_max(told_on, run_id), $today) AS told_on
    FROM ledger.tellings
),
all_labels AS (
    SELECT organisation_id, level, issuer, awarded, valid_until, told.told_on AS day, FALSE AS is_now
    FROM before_labels
    CROSS JOIN told
    UNION ALL
    SELECT organisation_id, level, issuer, awarded, valid_until, $today AS day, TRUE AS is_now
    FROM labels
)
SELECT
    organisation_id, is_now, level, issuer,
    CAST(
        arg_max(
            json_object('level', level, 'issuer', issuer, 'awarded', awarded, 'valid_until', valid_until),
            (coalesce(valid_until, DATE '9999-12-31'), coalesce(awarded, DATE '0001-01-01'))
        ) AS VARCHAR
    ) AS label
FROM all_labels
WHERE coalesce(awarded, day) <= day AND coalesce(valid_until, day) >= day
GROUP BY organisation_id, is_now, level, issuer;

-- name: describe_arrivals
-- Organisations whose number stood for none before, and the one that their oldest record was part of, if it was of any.
CREATE OR REPLACE TEMP TABLE arrivals AS
SELECT
    fresh.organisation_id, former.organisation_id AS left_id,
    CAST(json_object('name', fresh.name, 'labels', coalesce(held.labels, [])) AS VARCHAR) AS description
FROM now_clusters AS fresh
ANTI JOIN before_clusters AS known ON known.organisation_id = fresh.organisation_id
LEFT JOIN before_seats AS former
    ON former.record_id = fresh.organisation_id AND former.organisation_id <> fresh.organisation_id
LEFT JOIN (
    SELECT organisation_id, list(CAST(label AS JSON) ORDER BY label) AS labels
    FROM held_labels
    WHERE is_now
    GROUP BY organisation_id
) AS held ON held.organisation_id = fresh.organisation_id;

-- name: tell_arrivals
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
SELECT
    $run_id, organisation_id, CASE WHEN left_id IS NULL THEN 'new' ELSE 'split' END, NULL, CAST(left_id AS VARCHAR), description,
    $today
FROM arrivals
ORDER BY organisation_id;

-- name: tell_merged
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
SELECT
    $run_id, redirects.organisation_id, 'merged', NULL, CAST(absorbed.organisation_id AS VARCHAR),
    CAST(to_json(absorbed.name) AS VARCHAR), $today
FROM before_clusters AS absorbed
JOIN redirects ON redirects.old_id = absorbed.organisation_id
ORDER BY redirects.organisation_id, absorbed.organisation_id;

-- name: keep_absorbed
-- How they looked before: clusters_as_of tells of the days on which they stood alone.
INSERT INTO ledger.absorbed (run_id, organisation_id, absorbed_by, absorbed_on, record_ids, said)
SELECT
    $run_id, absorbed.organisation_id, redirects.organisation_id, $today, coalesce(former.record_ids, []), absorbed.said
FROM before_clusters AS absorbed
JOIN redirects ON redirects.old_id = absorbed.organisation_id
LEFT JOIN (
    SELECT organisation_id, list(record_id ORDER BY record_id) AS record_ids FROM before_seats GROUP BY organisation_id
) AS former ON former.organisation_id = absorbed.organisation_id
ORDER BY absorbed.organisation_id;

-- name: tell_presence
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
SELECT $run_id, standing.organisation_id, CASE WHEN standing.is_gone THEN 'gone' ELSE 'returned' END, NULL, NULL, NULL, $today
FROM now_clusters AS standing
LEFT JOIN before_clusters AS former ON former.organisation_id = standing.organisation_id
WHERE standing.is_gone <> coalesce(former.is_gone, FALSE)
ORDER BY standing.organisation_id;

-- name: tell_names
-- A name that a merge or a split only moved from one number to another is no new name.
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
SELECT
    $run_id, standing.organisation_id,
    CASE WHEN came.now_id IS NULL AND went.before_id IS NULL THEN 'renamed' ELSE 'changed' END, 'name',
    CAST(to_json(former.name) AS VARCHAR), CAST(to_json(standing.name) AS VARCHAR), $today
FROM now_clusters AS standing
JOIN before_clusters AS former ON former.organisation_id = standing.organisation_id AND former.name <> standing.name
LEFT JOIN (
    SELECT DISTINCT kin.now_id, other.name
    FROM kin
    JOIN before_clusters AS other ON other.organisation_id = kin.before_id
    WHERE kin.before_id <> kin.now_id
) AS came ON came.now_id = standing.organisation_id AND came.name = standing.name
LEFT JOIN (
    SELECT DISTINCT kin.before_id, other.name
    FROM kin
    JOIN now_clusters AS other ON other.organisation_id = kin.now_id
    WHERE kin.before_id <> kin.now_id
) AS went ON went.before_id = standing.organisation_id AND went.name = former.name
ORDER BY standing.organisation_id;

-- name: tell_labels
-- The same with labels: gained and lost are those of which nobody among its kin tells the same on the other side.
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
WITH compared AS (
    SELECT
        organisation_id, level, issuer, any_value(label) FILTER (WHERE NOT is_now) AS old,
        any_value(label) FILTER (WHERE is_now) AS new
    FROM held_labels
    WHERE organisation_id IN (SELECT organisation_id FROM before_clusters)
        AND organisation_id IN (SELECT organisation_id FROM now_clusters)
    GROUP BY organisation_id, level, issuer
),
moved AS (
    SELECT DISTINCT
        CASE WHEN held.is_now THEN kin.before_id ELSE kin.now_id END AS organisation_id, held.is_now AS has_left, held.level,
        held.issuer
    FROM kin
    JOIN held_labels AS held ON held.organisation_id = CASE WHEN held.is_now THEN kin.now_id ELSE kin.before_id END
    WHERE kin.before_id <> kin.now_id
)
SELECT
    $run_id, compared.organisation_id,
    CASE
        WHEN moved.organisation_id IS NOT NULL OR (compared.old IS NOT NULL AND compared.new IS NOT NULL) THEN 'changed'
        WHEN compared.old IS NULL THEN 'label_gained'
        ELSE 'label_lost'
    END,
    'labels', compared.old, compared.new, $today
FROM compared
LEFT JOIN moved
    ON moved.organisation_id = compared.organisation_id AND moved.level IS NOT DISTINCT FROM compared.level
    AND moved.issuer IS NOT DISTINCT FROM compared.issuer AND moved.has_left = (compared.new IS NULL)
WHERE compared.old IS DISTINCT FROM compared.new
ORDER BY compared.organisation_id, compared.level, compared.issuer;

-- name: tell_values
-- Column by column, only where the row differs at all. An empty list is none.
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
WITH differing AS (
    SELECT standing.organisation_id, former.said AS old_said, standing.said AS new_said
    FROM now_clusters AS standing
    JOIN before_clusters AS former ON former.organisation_id = standing.organisation_id
    WHERE standing.said <> former.said
),
entries AS (
    SELECT organisation_id, FALSE AS is_now, unnest(map_entries(from_json(old_said, '"MAP(VARCHAR, JSON)"'))) AS entry
    FROM differing
    UNION ALL
    SELECT organisation_id, TRUE AS is_now, unnest(map_entries(from_json(new_said, '"MAP(VARCHAR, JSON)"'))) AS entry
    FROM differing
),
said AS (
    SELECT organisation_id, is_now, entry.key AS field, CAST(entry.value AS VARCHAR) AS value
    FROM entries
    WHERE CAST(entry.value AS VARCHAR) NOT IN ('null', '[]', '{}')
),
compared AS (
    SELECT
        organisation_id, field, any_value(value) FILTER (WHERE NOT is_now) AS old, any_value(value) FILTER (WHERE is_now) AS new
    FROM said
    GROUP BY organisation_id, field
)
SELECT $run_id, organisation_id, 'changed', field, old, new, $today
FROM compared
WHERE old IS DISTINCT FROM new AND field NOT IN ('organisation_id', 'name', 'is_gone')
ORDER BY organisation_id, field;

-- name: tell_moves
-- A page that is there for the first time while the organisation's former page on that network is not there any more. Where the
-- organisation has another page there that stays, the one must have gone in the very run in which the other came.
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
WITH pages AS (
    SELECT
        seated.organisation_id, r.network, r.record_id, r.url, r.first_seen_on, r.missing_since,
        former.record_id IS NULL AS is_fresh
    FROM organisation_records AS seated
    JOIN before_clusters AS known ON known.organisation_id = seated.organisation_id
    JOIN ledger.records AS r ON r.record_id = seated.record_id
    LEFT JOIN before_seats AS former ON former.record_id = seated.record_id
),
came AS (
    SELECT
        organisation_id, network, url, first_seen_on,
        row_number() OVER (PARTITION BY organisation_id, network ORDER BY record_id) AS place
    FROM pages
    WHERE is_fresh AND missing_since IS NULL
),
went AS (
    SELECT
        organisation_id, network, url, missing_since,
        row_number() OVER (PARTITION BY organisation_id, network ORDER BY missing_since DESC, record_id DESC) AS place
    FROM pages
    WHERE NOT is_fresh AND missing_since IS NOT NULL
),
stays AS (
    SELECT DISTINCT organisation_id, network
    FROM pages
    WHERE NOT is_fresh AND missing_since IS NULL
)
SELECT
    $run_id, came.organisation_id, 'changed', 'url', CAST(to_json(went.url) AS VARCHAR), CAST(to_json(came.url) AS VARCHAR),
    $today
FROM came
JOIN went ON went.organisation_id = came.organisation_id AND went.network = came.network AND went.place = came.place
LEFT JOIN stays ON stays.organisation_id = came.organisation_id AND stays.network = came.network
WHERE stays.organisation_id IS NULL OR went.missing_since = came.first_seen_on
ORDER BY came.organisation_id, came.network, came.place;

-- name: forget_erased
-- A number that leads nowhere any more was erased on request; so is what it went through.
DELETE FROM ledger.changes
WHERE organisation_id NOT IN (SELECT organisation_id FROM clusters) AND organisation_id NOT IN (SELECT old_id FROM redirects);

-- name: forget_erased_others
UPDATE ledger.changes
SET old = NULL
WHERE kind IN ('merged', 'split') AND old IS NOT NULL
    AND TRY_CAST(old AS BIGINT) NOT IN (SELECT organisation_id FROM clusters)
    AND TRY_CAST(old AS BIGINT) NOT IN (SELECT old_id FROM redirects);

-- name: forget_erased_former
DELETE FROM ledger.absorbed
WHERE organisation_id NOT IN (SELECT organisation_id FROM clusters) AND organisation_id NOT IN (SELECT old_id FROM redirects);

-- name: remember_telling
INSERT INTO ledger.tellings (run_id, told_on)
VALUES ($run_id, $today);

-- name: tidy
DROP TABLE IF EXISTS before_clusters;
DROP TABLE IF EXISTS before_labels;
DROP TABLE IF EXISTS before_seats;
DROP TABLE IF EXISTS now_clusters;
DROP TABLE IF EXISTS kin;
DROP TABLE IF EXISTS held_labels;
DROP TABLE IF EXISTS arrivals;
