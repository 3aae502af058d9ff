-- Where regions are, and in which countries and ecosystems members have partners: what the staff page draws and counts.

-- name: points
SELECT code, latitude, longitude
FROM regions
WHERE level = 2 AND latitude IS NOT NULL AND longitude IS NOT NULL;

-- name: gaps
-- Foreign organisations by country and ecosystem, and how many of them a member has been a partner of.
WITH partners AS (
    SELECT k.partner_id AS organisation_id
    FROM known_partnerships AS k
    JOIN clusters AS home ON home.organisation_id = k.organisation_id AND home.is_swedish AND NOT home.is_gone
    UNION
    SELECT k.organisation_id
    FROM known_partnerships AS k
    JOIN clusters AS home ON home.organisation_id = k.partner_id AND home.is_swedish AND NOT home.is_gone
), told AS (
    SELECT organisation_id, country, unnest(ecosystems) AS ecosystem
    FROM clusters
    WHERE NOT is_gone AND NOT is_swedish AND country IS NOT NULL AND country <> 'SE'
)
SELECT t.country, t.ecosystem, count(*) AS organisations, count(p.organisation_id) AS partners
FROM told AS t
LEFT JOIN partners AS p ON p.organisation_id = t.organisation_id
GROUP BY t.country, t.ecosystem
ORDER BY t.country, t.ecosystem;

-- name: gap_members
-- In which ecosystems the members themselves work.
SELECT ecosystem, count(*) AS members
FROM (SELECT unnest(ecosystems) AS ecosystem FROM clusters WHERE is_swedish AND NOT is_gone) AS told
GROUP BY ecosystem
ORDER BY ecosystem;

-- name: gap_ground
-- What the gaps rest on.
SELECT
    count(DISTINCT k.partnership) AS partnerships,
    count(DISTINCT CASE WHEN a.is_swedish THEN k.organisation_id ELSE k.partner_id END) AS members,
    min(k.year) AS first_year,
    max(k.year) AS last_year,
    (SELECT count(*) FROM clusters WHERE is_swedish AND NOT is_gone) AS all_members,
    (SELECT count(*) FROM clusters WHERE NOT is_swedish AND NOT is_gone AND len(ecosystems) = 0) AS without_ecosystem
FROM known_partnerships AS k
JOIN clusters AS a ON a.organisation_id = k.organisation_id
JOIN clusters AS b ON b.organisation_id = k.partner_id
WHERE a.is_swedish <> b.is_swedish;
