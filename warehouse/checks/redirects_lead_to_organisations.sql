-- A redirect leads from a number that names no organisation to one that does.
SELECT redirects.old_id, redirects.organisation_id
FROM redirects
LEFT JOIN clusters AS target ON target.organisation_id = redirects.organisation_id
LEFT JOIN clusters AS origin ON origin.organisation_id = redirects.old_id
WHERE target.organisation_id IS NULL OR origin.organisation_id IS NOT NULL;
