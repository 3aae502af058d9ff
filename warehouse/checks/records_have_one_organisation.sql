-- Each record stands once, in one organisation, which is there.
SELECT sources.record_id, count(*) AS times, any_value(sources.organisation_id) AS organisation_id
FROM cluster_sources AS sources
LEFT JOIN clusters ON clusters.organisation_id = sources.organisation_id
GROUP BY sources.record_id
HAVING count(*) > 1 OR count(clusters.organisation_id) = 0;
