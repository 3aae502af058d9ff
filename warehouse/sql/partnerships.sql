-- Who has been whose partner, both ways.

-- name: shared
-- Organisations that have had the same partners without having been partners themselves; those across the border first.
WITH pairs AS (
    SELECT organisation_id, partner_id FROM known_partnerships
    UNION
    SELECT partner_id, organisation_id FROM known_partnerships
), own AS (
    SELECT partner_id FROM pairs WHERE organisation_id = $organisation_id
), home AS (
    SELECT is_swedish FROM clusters WHERE organisation_id = $organisation_id
)
SELECT
    c.organisation_id, c.name, c.country, c.is_swedish,
    list(struct_pack(id := between_them.organisation_id, name := between_them.name) ORDER BY icu_sort_key(between_them.name, $language)) AS through
FROM pairs AS p
JOIN own AS o ON o.partner_id = p.partner_id
JOIN clusters AS c ON c.organisation_id = p.organisation_id AND NOT c.is_gone
JOIN clusters AS between_them ON between_them.organisation_id = p.partner_id
CROSS JOIN home AS h
WHERE c.organisation_id <> $organisation_id AND c.organisation_id NOT IN (SELECT partner_id FROM own)
GROUP BY c.organisation_id, c.name, c.country, c.is_swedish, h.is_swedish
ORDER BY c.is_swedish <> h.is_swedish DESC, count(*) DESC, icu_sort_key(c.name, $language), c.organisation_id
LIMIT $most;

-- name: members
-- Those for whom partners are looked for, as Swedes look them up.
SELECT organisation_id, name
FROM clusters
WHERE is_swedish AND NOT is_gone
ORDER BY icu_sort_key(name, 'sv'), organisation_id;
