-- A region's code is one of the table regions.
SELECT clusters.organisation_id, clusters.nuts2
FROM clusters
LEFT JOIN regions ON regions.code = clusters.nuts2 AND regions.level = 2
WHERE clusters.nuts2 IS NOT NULL AND regions.code IS NULL;
