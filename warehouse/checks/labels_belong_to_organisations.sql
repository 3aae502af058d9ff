-- A label belongs to an organisation that is there.
SELECT labels.organisation_id, labels.level, labels.issuer
FROM labels
ANTI JOIN clusters ON clusters.organisation_id = labels.organisation_id;
