-- Each judgement is on two records that are there, in the organisations that it names.
SELECT judgements.left_record_id, judgements.right_record_id, judgements.verdict
FROM judgements
LEFT JOIN cluster_sources AS one
    ON one.record_id = judgements.left_record_id AND one.organisation_id = judgements.left_organisation_id
LEFT JOIN cluster_sources AS other
    ON other.record_id = judgements.right_record_id AND other.organisation_id = judgements.right_organisation_id
WHERE one.record_id IS NULL OR other.record_id IS NULL OR judgements.left_record_id >= judgements.right_record_id;
