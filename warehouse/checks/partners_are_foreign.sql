-- A partner match leads from a Swedish organisation to another one that is not Swedish and not gone.
SELECT matches.organisation_id, matches.partner_id, matches.rank
FROM partner_matches AS matches
LEFT JOIN clusters AS ours ON ours.organisation_id = matches.organisation_id AND ours.is_swedish
LEFT JOIN clusters AS theirs
    ON theirs.organisation_id = matches.partner_id AND NOT theirs.is_swedish AND NOT theirs.is_gone
WHERE ours.organisation_id IS NULL OR theirs.organisation_id IS NULL;
