-- What the staff page tells organisations apart by, and what it shows of each in a list.

-- name: organisations
SELECT organisation_id
FROM clusters
WHERE NOT is_gone
ORDER BY organisation_id;

-- name: values
WITH here AS (
    SELECT
        organisation_id, country, ecosystems, sectors, technologies, nuts2, networks, organisation_type,
        CASE
            WHEN members_total IS NULL THEN 'unknown'
            WHEN members_total >= 500 THEN '500-'
            WHEN members_total >= 250 THEN '250-499'
            WHEN members_total >= 100 THEN '100-249'
            WHEN members_total >= 50 THEN '50-99'
            WHEN members_total >= 1 THEN '1-49'
        END AS size
    FROM clusters
    WHERE NOT is_gone
), told AS (
    SELECT 'country' AS facet, organisation_id, country AS value FROM here
    UNION ALL SELECT 'ecosystem' AS facet, organisation_id, unnest(ecosystems) AS value FROM here
    UNION ALL SELECT 'sector' AS facet, organisation_id, unnest(sectors) AS value FROM here
    UNION ALL SELECT 'technology' AS facet, organisation_id, unnest(technologies) AS value FROM here
    UNION ALL SELECT 'region' AS facet, organisation_id, nuts2 AS value FROM here
    UNION ALL SELECT 'size' AS facet, organisation_id, size AS value FROM here
    UNION ALL SELECT 'network' AS facet, organisation_id, unnest(networks) AS value FROM here
    UNION ALL SELECT 'type' AS facet, organisation_id, organisation_type AS value FROM here
    UNION ALL
    SELECT 'label' AS facet, l.organisation_id, coalesce(CAST(l.level AS VARCHAR), l.issuer) AS value
    FROM labels AS l
    JOIN here AS h ON h.organisation_id = l.organisation_id
    WHERE l.valid_until IS NULL OR l.valid_until >= $today
)
SELECT facet, organisation_id, value
FROM told
WHERE value IS NOT NULL AND value <> ''
ORDER BY facet, organisation_id, value;

-- name: cards
WITH wanted AS (
    SELECT unnest($ids::BIGINT[]) AS organisation_id
), standing AS (
    SELECT
        l.organisation_id,
        list(DISTINCT coalesce(CAST(l.level AS VARCHAR), l.issuer) ORDER BY coalesce(CAST(l.level AS VARCHAR), l.issuer)) AS labels
    FROM labels AS l
    JOIN wanted AS w ON w.organisation_id = l.organisation_id
    WHERE coalesce(CAST(l.level AS VARCHAR), l.issuer) IS NOT NULL AND (l.valid_until IS NULL OR l.valid_until >= $today)
    GROUP BY l.organisation_id
), missing AS (
    SELECT s.organisation_id, s.network, max(s.missing_since) AS since
    FROM cluster_sources AS s
    JOIN wanted AS w ON w.organisation_id = s.organisation_id
    GROUP BY s.organisation_id, s.network
    HAVING bool_and(s.missing_since IS NOT NULL)
), absent AS (
    SELECT organisation_id, list({'network': network, 'since': since} ORDER BY since, network) AS absent
    FROM missing
    GROUP BY organisation_id
)
SELECT
    c.organisation_id, c.name, c.native_name, c.acronym, c.organisation_type, c.country, c.city, c.nuts2, c.members_total,
    c.ecosystems, c.networks, c.is_swedish, c.is_gone, c.first_seen_on, c.changed_on, c.checked_on, c.website, c.domain,
    c.role_email, c.phone, coalesce(s.labels, []) AS labels, coalesce(a.absent, []) AS absent
FROM clusters AS c
JOIN wanted AS w ON w.organisation_id = c.organisation_id
LEFT JOIN standing AS s ON s.organisation_id = c.organisation_id
LEFT JOIN absent AS a ON a.organisation_id = c.organisation_id;

-- name: profiles
-- An organisation's pages at networks, those that still list it first, and of each network the latest record that is still listed.
SELECT organisation_id, network, arg_max(url, (missing_since IS NULL, record_id)) AS url
FROM cluster_sources
WHERE list_contains($ids::BIGINT[], organisation_id)
GROUP BY organisation_id, network
ORDER BY organisation_id, bool_and(missing_since IS NOT NULL), network;

-- name: subjects
SELECT organisation_id, coalesce(ecosystems, []), coalesce(sectors, []), coalesce(technologies, [])
FROM clusters
WHERE list_contains($ids::BIGINT[], organisation_id);

-- name: extracts
SELECT organisation_id, extracts
FROM clusters
WHERE list_contains($ids::BIGINT[], organisation_id) AND cardinality(extracts) > 0;

-- name: everyone
SELECT organisation_id
FROM clusters;

-- name: regions
SELECT code, coalesce(name_latin, name) AS name
FROM regions
WHERE level = 2;

-- name: networks
SELECT network, title, home, licence, last_outcome, last_good_at, records
FROM networks
ORDER BY network;

-- name: edition
SELECT number, published_at, run_id
FROM edition;

-- name: nights_missed
-- Complete runs of a record's network since it was first missed: as many nights as it has not been seen.
SELECT s.network, s.source_key, count(r.run_id) AS nights
FROM cluster_sources AS s
LEFT JOIN runs AS r ON r.network = s.network AND r.outcome = 'complete' AND CAST(r.started_at AS DATE) >= s.missing_since
WHERE s.organisation_id = $organisation_id AND s.missing_since IS NOT NULL
GROUP BY s.network, s.source_key;

-- name: organisations_of
-- The organisation of a record now; where nobody knows the record any more, of the number that it had.
WITH asked AS (
    SELECT unnest($networks::VARCHAR[]) AS network, unnest($keys::VARCHAR[]) AS source_key, unnest($numbers::BIGINT[]) AS number
)
SELECT
    a.network, a.source_key,
    coalesce(s.organisation_id, r.organisation_id, c.organisation_id) AS organisation_id
FROM asked AS a
LEFT JOIN cluster_sources AS s ON s.network = a.network AND s.source_key = a.source_key
LEFT JOIN redirects AS r ON r.old_id = a.number
LEFT JOIN clusters AS c ON c.organisation_id = a.number;

-- name: records_of
SELECT network, source_key
FROM cluster_sources
WHERE organisation_id = $organisation_id
ORDER BY record_id;

-- name: named_records
-- What a saved search remembers of each organisation that it finds.
WITH asked AS (
    SELECT unnest($ids::BIGINT[]) AS organisation_id
)
SELECT c.organisation_id, c.name, c.country, list({'network': s.network, 'source_key': s.source_key} ORDER BY s.record_id) AS records
FROM asked AS a
JOIN clusters AS c ON c.organisation_id = a.organisation_id
JOIN cluster_sources AS s ON s.organisation_id = c.organisation_id
GROUP BY c.organisation_id, c.name, c.country
ORDER BY c.organisation_id;
