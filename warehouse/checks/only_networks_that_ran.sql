-- Each record comes from a network that has had a complete run.
SELECT DISTINCT sources.network
FROM cluster_sources AS sources
LEFT JOIN networks ON networks.network = sources.network AND networks.last_good_run IS NOT NULL
WHERE networks.network IS NULL;
