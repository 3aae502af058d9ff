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
    AND NOT EXISTS (
        SELECT 1
        FROM (SELECT unnest($begun_runs::BIGINT[]) AS run_id, unnest($begun::BIGINT[]) AS organisation_id) AS begun
        WHERE begun.run_id = told.run_id AND begun.organisation_id = told.organisation_id AND told.kind = 'new'
    )
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
    AND NOT EXISTS (
        SELECT 1
        FROM (SELECT unnest($begun_runs::BIGINT[]) AS run_id, unnest($begun::BIGINT[]) AS organisation_id) AS begun
        WHERE begun.run_id = told.run_id AND begun.organisation_id = told.organisation_id AND told.kind = 'new'
    )
ORDER BY
    told.run_id DESC, list_position($kinds::VARCHAR[], told.kind), icu_sort_key(standing.name, $language), told.organisation_id, told.field,
    told.old, told.new
LIMIT $limit OFFSET $first;

-- name: begun
-- Who is new only because a network was read for the first time since changes were told before: none that was read earlier lists it.
-- Networks that came later, and list it too, take nothing from that.
WITH tellings AS (
    SELECT run_id, coalesce(lag(run_id) OVER (ORDER BY run_id), 0) AS before
    FROM (SELECT DISTINCT run_id FROM changes)
),
readings AS (
    SELECT network, min(run_id) AS first_run
    FROM runs
    WHERE outcome = 'complete'
    GROUP BY network
),
arrivals AS (
    SELECT told.run_id, tellings.before, told.changed_on, told.organisation_id, standing.networks
    FROM changes AS told
    JOIN tellings ON tellings.run_id = told.run_id
    LEFT JOIN redirects AS leads ON leads.old_id = told.organisation_id
    JOIN clusters AS standing ON standing.organisation_id = coalesce(leads.organisation_id, told.organisation_id)
    WHERE told.kind = 'new' AND list_contains($kinds::VARCHAR[], told.kind)
        AND ($since::DATE IS NULL OR told.changed_on >= $since::DATE) AND ($run_id::BIGINT IS NULL OR told.run_id = $run_id::BIGINT)
        AND (len($countries::VARCHAR[]) = 0 OR list_contains($countries::VARCHAR[], standing.country))
        AND (len($networks::VARCHAR[]) = 0 OR list_has_any($networks::VARCHAR[], standing.networks))
),
listed AS (
    SELECT run_id, before, changed_on, organisation_id, unnest(networks) AS network
    FROM arrivals
)
SELECT
    listed.run_id, any_value(listed.changed_on) AS changed_on, any_value(listed.before) = 0 AS is_first, listed.organisation_id,
    list(listed.network ORDER BY listed.network) FILTER (readings.first_run <= listed.run_id) AS networks
FROM listed
JOIN readings ON readings.network = listed.network
GROUP BY listed.run_id, listed.organisation_id
HAVING bool_and(readings.first_run > listed.before) AND bool_or(readings.first_run <= listed.run_id)
ORDER BY listed.run_id DESC, listed.organisation_id;
