-- A record says one thing of a field at a time, in each generation of its site.
SELECT record_id, era, field, count(*) AS times
FROM claims
WHERE last_run IS NULL
GROUP BY record_id, era, field
HAVING count(*) > 1;
