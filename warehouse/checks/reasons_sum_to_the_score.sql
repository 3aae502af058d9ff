-- The contributions of a match's reasons sum to its score.
SELECT matches.organisation_id, matches.partner_id, matches.score, sum(reasons.contribution) AS reasons
FROM partner_matches AS matches
LEFT JOIN match_reasons AS reasons
    ON reasons.organisation_id = matches.organisation_id AND reasons.partner_id = matches.partner_id
    AND reasons.recipe = matches.recipe
GROUP BY matches.organisation_id, matches.partner_id, matches.recipe, matches.score
HAVING coalesce(abs(matches.score - sum(reasons.contribution)) > 1e-6, TRUE);
