-- Each finding has its matter in finding_history, where every matter stands once.
SELECT f.network, f.kind, f.field, f.printed, count(known.kind) AS times
FROM (SELECT DISTINCT network, kind, field, printed FROM findings) AS f
LEFT JOIN finding_history AS known
    ON known.network = f.network AND known.kind = f.kind
    AND known.field IS NOT DISTINCT FROM f.field AND known.printed IS NOT DISTINCT FROM f.printed
GROUP BY f.network, f.kind, f.field, f.printed
HAVING count(known.kind) <> 1;
