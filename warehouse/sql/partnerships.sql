-- For whom partners are looked for.

-- name: members
-- Those for whom partners are looked for, as Swedes look them up.
SELECT organisation_id, name
FROM clusters
WHERE is_swedish AND NOT is_gone
ORDER BY icu_sort_key(name, 'sv'), organisation_id;
