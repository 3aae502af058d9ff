-- What an edition tells of changes, for people and feeds.

-- name: day_of_last_run
-- Of the last run that read a network: one that only carried out what people judged has no row.
SELECT CAST(min(started_at) AS DATE)
FROM runs
WHERE run_id = (SELECT max(run_id) FROM runs);

-- name: count
SELECT told.kind, count(*)
FROM changes AS told
LEFT JOIN redirects AS leads ON leads.old_id = told.organisation_id
LEFT JOIN clusters AS standing ON standing.organisation_id = coalesce(leads.organisation_id, told.organisation_id)
WHERE ($since::DATE IS NULL OR told.changed_on >= $since::DATE) AND ($run_id::BIGINT IS NULL OR told.run_id = $run_id::BIGINT)
    AND list_contains($kinds::VARCHAR[], told.kind)
    AND (len($countries::VARCHAR[]) = 0 OR list_contains($countries::VARCHAR[], standing.country))
    AND (len($networks::VARCHAR[]) = 0 OR list_has_any($networks::VARCHAR[], standing.networks))
GROUP BY told.kind
ORDER BY list_position($kinds::VARCHAR[], told.kind);

-- name: read
SELECT
    told.run_id, told.organisation_id, standing.name, standing.country, told.kind, told.field, told.old, told.new, told.changed_on
FROM changes AS told
LEFT JOIN redirects AS leads ON leads.old_id = told.organisation_id
LEFT JOIN clusters AS standing ON standing.organisation_id = coalesce(leads.organisation_id, told.organisation_id)
WHERE ($since::DATE IS NULL OR told.changed_on >= $since::DATE) AND ($run_id::BIGINT IS NULL OR told.run_id = $run_id::BIGINT)
    AND list_contains($kinds::VARCHAR[], told.kind)
    AND (len($countries::VARCHAR[]) = 0 OR list_contains($countries::VARCHAR[], standing.country))
    AND (len($networks::VARCHAR[]) = 0 OR list_has_any($networks::VARCHAR[], standing.networks))
ORDER BY
    told.run_id DESC, list_position($kinds::VARCHAR[], told.kind), icu_sort_key(standing.name, $language), told.organisation_id, told.field,
    told.old, told.new
LIMIT $limit OFFSET $first;
