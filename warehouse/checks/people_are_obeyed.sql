-- Two records that a person judged different stand in two organisations.
SELECT left_record_id, right_record_id, left_organisation_id, decided_at
FROM judgements
WHERE decided_by = 'person' AND verdict = 'different' AND withdrawn_at IS NULL
    AND left_organisation_id = right_organisation_id;
