-- A known partnership joins two different organisations that are there.
SELECT known.organisation_id, known.partner_id, known.partnership
FROM known_partnerships AS known
LEFT JOIN clusters AS one ON one.organisation_id = known.organisation_id
LEFT JOIN clusters AS other ON other.organisation_id = known.partner_id
WHERE one.organisation_id IS NULL OR other.organisation_id IS NULL OR known.organisation_id = known.partner_id;
