-- The ranks of an organisation's partners are 1, 2, 3 and so on, and each partner stands once.
SELECT organisation_id, recipe, count(*) AS partners, count(DISTINCT partner_id) AS different, max(rank) AS last_rank
FROM partner_matches
GROUP BY organisation_id, recipe
HAVING count(*) <> count(DISTINCT partner_id) OR count(*) <> count(DISTINCT rank) OR min(rank) <> 1 OR max(rank) <> count(*);
