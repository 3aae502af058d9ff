-- How things stood on an earlier day, as any client of an edition may ask, after USE <the edition>:
--     SELECT name, country FROM clusters_as_of(DATE '2026-11-23') WHERE NOT is_gone;
-- It starts from what clusters says now and takes back what changes tells, run by run.

-- name: make_label_history
-- A label that a source told of, then did not, and told of again is one row.
CREATE OR REPLACE VIEW label_history AS
SELECT
    told.organisation_id, told.label.level AS level, told.label.issuer AS issuer, told.label.awarded AS awarded,
    told.label.valid_until AS valid_until, told.network, any_value(told.url) AS url, min(told.first_seen_on) AS first_seen_on,
    CASE WHEN bool_and(told.last_run IS NOT NULL) THEN max(told.checked_on) END AS last_seen_on
FROM (
    SELECT
        organisation_id, network, url, first_seen_on, checked_on, last_run,
        unnest(from_json(value, '[{"level": "VARCHAR", "issuer": "VARCHAR", "awarded": "DATE", "valid_until": "DATE"}]')) AS label
    FROM claims
    WHERE field = 'labels' AND value IS NOT NULL
) AS told
GROUP BY told.organisation_id, told.network, told.label.level, told.label.issuer, told.label.awarded, told.label.valid_until;

-- name: make_clusters_as_of_run
CREATE OR REPLACE MACRO clusters_as_of_run(run_number) AS TABLE
    WITH beginnings AS (
        SELECT organisation_id, max(run_id) AS run_id
        FROM changes
        WHERE kind IN ('new', 'split') AND run_id <= run_number
        GROUP BY organisation_id
    ), ends AS (
        SELECT CAST(old AS BIGINT) AS organisation_id, run_id
        FROM changes
        WHERE kind = 'merged' AND old IS NOT NULL
    ), standing AS (
        -- A number stands until the first merge after its last beginning; end_run is NULL where none came.
        SELECT organisation_id, end_run
        FROM (
            SELECT b.organisation_id, min(e.run_id) AS end_run
            FROM beginnings AS b
            LEFT JOIN ends AS e ON e.organisation_id = b.organisation_id AND e.run_id > b.run_id
            GROUP BY b.organisation_id
        ) AS lives
        WHERE end_run IS NULL OR end_run > run_number
    ), undone AS (
        -- The value of a field is what the first change since says that it was. An empty one was erased.
        SELECT
            c.organisation_id, CASE WHEN c.kind IN ('gone', 'returned') THEN 'is_gone' ELSE c.field END AS field,
            arg_min(
                struct_pack(
                    value := CASE
                        WHEN c.kind = 'gone' THEN 'false' WHEN c.kind = 'returned' THEN 'true' WHEN c.old = '""' THEN 'null'
                        ELSE coalesce(c.old, 'null')
                    END
                ),
                c.run_id
            ).value AS old
        FROM changes AS c
        JOIN standing AS s ON s.organisation_id = c.organisation_id
        WHERE c.run_id > run_number AND c.run_id < coalesce(s.end_run, c.run_id + 1)
            AND c.kind IN ('gone', 'returned', 'renamed', 'changed') AND coalesce(c.field, '') NOT IN ('labels', 'url')
        GROUP BY ALL
    ), restored AS (
        SELECT u.organisation_id, map_from_entries(list(struct_pack(k := u.field, v := CAST(u.old AS JSON)))) AS old
        FROM undone AS u
        GROUP BY u.organisation_id
    ), bases AS (
        SELECT s.organisation_id, CAST(to_json(c) AS VARCHAR) AS said
        FROM standing AS s
        JOIN clusters AS c ON c.organisation_id = s.organisation_id
        JOIN restored AS r ON r.organisation_id = s.organisation_id
        WHERE s.end_run IS NULL
        UNION ALL
        SELECT s.organisation_id, f.said
        FROM standing AS s
        JOIN former_clusters AS f ON f.organisation_id = s.organisation_id AND f.run_id = s.end_run
    ), typed AS (
        SELECT
            b.organisation_id,
            from_json(
                to_json(map_concat(from_json(b.said, '"MAP(VARCHAR, JSON)"'), coalesce(r.old, MAP {}))),
                '{
                    "name": "VARCHAR", "native_name": "VARCHAR", "other_names": ["VARCHAR"], "acronym": "VARCHAR",
                    "organisation_type": "VARCHAR", "country": "VARCHAR", "region_printed": "VARCHAR", "nuts2": "VARCHAR",
                    "city": "VARCHAR", "postcode": "VARCHAR", "latitude": "DOUBLE", "longitude": "DOUBLE",
                    "website": "VARCHAR", "domain": "VARCHAR", "role_email": "VARCHAR", "phone": "VARCHAR",
                    "founded_on": "DATE", "founded_precision": "VARCHAR", "staff_min": "INTEGER", "staff_max": "INTEGER",
                    "members_total": "INTEGER", "members_sme": "INTEGER", "members_startup": "INTEGER",
                    "members_large": "INTEGER", "members_research": "INTEGER", "members_other": "INTEGER",
                    "ecosystems": ["VARCHAR"], "sectors": ["VARCHAR"], "nace": ["VARCHAR"], "technologies": ["VARCHAR"],
                    "s3_priorities": ["VARCHAR"], "emerging_industries": ["VARCHAR"], "languages": ["VARCHAR"],
                    "memberships": ["VARCHAR"], "partnerships": ["VARCHAR"], "target_countries": ["VARCHAR"],
                    "keywords": ["VARCHAR"], "extracts": "MAP(VARCHAR, VARCHAR)", "completeness": "INTEGER",
                    "networks": ["VARCHAR"], "is_swedish": "BOOLEAN", "is_gone": "BOOLEAN"
                }'
            ) AS was
        FROM bases AS b
        LEFT JOIN restored AS r ON r.organisation_id = b.organisation_id
    )
    SELECT
        c.organisation_id, c.name, c.native_name, c.other_names, c.acronym, c.organisation_type, c.country, c.region_printed,
        c.nuts2, c.city, c.postcode, c.latitude, c.longitude, c.website, c.domain, c.role_email, c.phone, c.founded_on,
        c.founded_precision, c.staff_min, c.staff_max, c.members_total, c.members_sme, c.members_startup, c.members_large,
        c.members_research, c.members_other, c.ecosystems, c.sectors, c.nace, c.technologies, c.s3_priorities,
        c.emerging_industries, c.languages, c.memberships, c.partnerships, c.target_countries, c.keywords, c.extracts,
        c.completeness, c.networks, c.is_swedish, c.is_gone
    FROM clusters AS c
    JOIN standing AS s ON s.organisation_id = c.organisation_id AND s.end_run IS NULL
    ANTI JOIN restored AS r ON r.organisation_id = c.organisation_id
    UNION ALL
    SELECT
        t.organisation_id, t.was.name, t.was.native_name, coalesce(t.was.other_names, []), t.was.acronym,
        t.was.organisation_type, t.was.country, t.was.region_printed, t.was.nuts2, t.was.city, t.was.postcode, t.was.latitude,
        t.was.longitude, t.was.website, t.was.domain, t.was.role_email, t.was.phone, t.was.founded_on, t.was.founded_precision,
        t.was.staff_min, t.was.staff_max, t.was.members_total, t.was.members_sme, t.was.members_startup, t.was.members_large,
        t.was.members_research, t.was.members_other, coalesce(t.was.ecosystems, []), coalesce(t.was.sectors, []),
        coalesce(t.was.nace, []), coalesce(t.was.technologies, []), coalesce(t.was.s3_priorities, []),
        coalesce(t.was.emerging_industries, []), coalesce(t.was.languages, []), coalesce(t.was.memberships, []),
        coalesce(t.was.partnerships, []), coalesce(t.was.target_countries, []), coalesce(t.was.keywords, []),
        coalesce(t.was.extracts, MAP {}), t.was.completeness, coalesce(t.was.networks, []), coalesce(t.was.is_swedish, FALSE),
        coalesce(t.was.is_gone, FALSE)
    FROM typed AS t;

-- name: make_clusters_as_of
CREATE OR REPLACE MACRO clusters_as_of(day) AS TABLE
    SELECT *
    FROM clusters_as_of_run((SELECT coalesce(max(run_id), 0) FROM changes WHERE changed_on <= day));

-- name: make_changes_between
CREATE OR REPLACE MACRO changes_between(earlier, later) AS TABLE
    SELECT
        told.changed_on, told.run_id, told.organisation_id, known.name, known.country, told.kind, told.field, told.old, told.new
    FROM changes AS told
    LEFT JOIN redirects AS moved ON moved.old_id = told.organisation_id
    LEFT JOIN clusters AS known ON known.organisation_id = coalesce(moved.organisation_id, told.organisation_id)
    WHERE told.changed_on > earlier AND told.changed_on <= later;

-- name: make_labels_as_of
CREATE OR REPLACE MACRO labels_as_of(day) AS TABLE
    SELECT organisation_id, level, issuer, awarded, valid_until, network, url, first_seen_on, last_seen_on
    FROM label_history
    WHERE coalesce(awarded, first_seen_on) <= day AND coalesce(valid_until, day) >= day AND coalesce(last_seen_on, day) >= day;

-- name: make_memberships_as_of
CREATE OR REPLACE MACRO memberships_as_of(day) AS TABLE
    SELECT organisation_id, record_id, network, source_key, listed_since, listed_until
    FROM network_memberships
    WHERE listed_since <= day AND coalesce(listed_until, DATE '9999-12-31') > day;
