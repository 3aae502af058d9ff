-- An edition has at least one organisation.
SELECT 'clusters is empty' AS problem
WHERE NOT EXISTS (SELECT 1 FROM clusters);
