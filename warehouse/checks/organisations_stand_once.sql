-- Each organisation stands once in clusters.
SELECT organisation_id, count(*) AS times
FROM clusters
GROUP BY organisation_id
HAVING count(*) > 1;
