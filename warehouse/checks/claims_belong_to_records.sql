-- Each claim belongs to a record that is there, and ends no earlier than it begins.
SELECT claims.record_id, claims.field, claims.first_run, claims.last_run
FROM claims
LEFT JOIN cluster_sources AS sources
    ON sources.record_id = claims.record_id AND sources.organisation_id = claims.organisation_id
WHERE sources.record_id IS NULL OR claims.last_run < claims.first_run;
