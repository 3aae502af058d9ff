-- What the staff page says of where everything comes from.

-- name: networks
SELECT
    n.network, n.title, n.home, n.licence, n.last_outcome, n.last_because, n.last_try_at, n.last_good_at, n.held_since,
    n.records, n.records_gone, count(DISTINCT s.organisation_id) FILTER (WHERE NOT s.is_gone) AS organisations
FROM networks AS n
LEFT JOIN cluster_sources AS s ON s.network = n.network
GROUP BY ALL
ORDER BY n.network;

-- name: dictionary
SELECT table_name, column_name, data_type, about, unit, source
FROM data_dictionary
ORDER BY table_name, position;
