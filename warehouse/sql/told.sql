-- What an edition tells of changes, for people and feeds.

-- name: day_of_last_run
SELECT CAST(min(runs.started_at) AS DATE)
FROM runs
JOIN edition ON edition.run_id = runs.run_id;

-- name: count
SELECT kind, count(*)
FROM changes
WHERE ($since::DATE IS NULL OR changed_on >= $since::DATE) AND ($run_id::BIGINT IS NULL OR run_id = $run_id::BIGINT)
    AND list_contains($kinds::VARCHAR[], kind)
GROUP BY kind
ORDER BY list_position($kinds::VARCHAR[], kind);

-- name: read
SELECT
    told.run_id, told.organisation_id, standing.name, standing.country, told.kind, told.field, told.old, told.new, told.changed_on
FROM changes AS told
LEFT JOIN redirects AS leads ON leads.old_id = told.organisation_id
LEFT JOIN clusters AS standing ON standing.organisation_id = coalesce(leads.organisation_id, told.organisation_id)
WHERE ($since::DATE IS NULL OR told.changed_on >= $since::DATE) AND ($run_id::BIGINT IS NULL OR told.run_id = $run_id::BIGINT)
    AND list_contains($kinds::VARCHAR[], told.kind)
ORDER BY
    told.run_id DESC, list_position($kinds::VARCHAR[], told.kind), standing.name, told.organisation_id, told.field, told.old,
    told.new
LIMIT $limit;
