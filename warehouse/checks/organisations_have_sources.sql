-- Each organisation bears the number of one of its own records.
SELECT clusters.organisation_id
FROM clusters
ANTI JOIN cluster_sources AS sources
    ON sources.organisation_id = clusters.organisation_id AND sources.record_id = clusters.organisation_id;
