-- Of a single value that is shown there is one claim; only lists, extracts and labels are joined from several.
SELECT organisation_id, field, count(*) AS times
FROM claims
WHERE is_shown AND left(value, 1) NOT IN ('[', '{')
GROUP BY organisation_id, field
HAVING count(*) > 1;
