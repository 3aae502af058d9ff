-- Names in the order in which people look them up, which differs from language to language.

-- name: sort_keys
SELECT icu_sort_key(given.text, $language)
FROM (SELECT unnest($texts::VARCHAR[]) AS text, generate_subscripts($texts::VARCHAR[], 1) AS place) AS given
ORDER BY given.place;

-- name: alphabet
SELECT organisation_id, row_number() OVER (ORDER BY icu_sort_key(name, $language), organisation_id)
FROM clusters;
