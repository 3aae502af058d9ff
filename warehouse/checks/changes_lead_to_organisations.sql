-- Each number in changes is that of an organisation, or was once and leads to one.
SELECT told.run_id, told.organisation_id, told.kind
FROM (
    SELECT run_id, organisation_id, kind
    FROM changes
    UNION ALL
    SELECT run_id, CAST(old AS BIGINT) AS organisation_id, kind
    FROM changes
    WHERE kind IN ('merged', 'split') AND old IS NOT NULL
) AS told
ANTI JOIN clusters ON clusters.organisation_id = told.organisation_id
ANTI JOIN redirects ON redirects.old_id = told.organisation_id;
