-- A network's key names one record.
SELECT network, source_key, count(*) AS times
FROM cluster_sources
GROUP BY network, source_key
HAVING count(*) > 1;
