-- Pairs of records that a person should look at.

-- name: find_pairs
-- In the state: pairs that the machine is unsure of, or would join and may not, of two organisations.
SELECT left_record_id, right_record_id
FROM published_judgements
WHERE withdrawn_at IS NULL AND verdict IN ('unsure', 'same') AND left_organisation_id <> right_organisation_id
ORDER BY left_record_id, right_record_id;

-- name: forget_reasons
DELETE FROM sameness_reasons;

-- name: remember_reasons
INSERT INTO sameness_reasons (left_record_id, right_record_id, position, kind, weight, left_said, right_said, because)
SELECT left_record_id, right_record_id, position, kind, weight, left_said, right_said, because
FROM staged_reasons;

-- name: find_doubts
-- In an edition: of each two organisations the pair of records that most speaks for them being one. What a person has parted is
-- in doubt no more, unless somebody would join it all the same.
WITH standing AS (
    SELECT
        left_record_id, right_record_id, left_network, left_key, right_network, right_key, verdict, probability, decided_by,
        decided_at, left_organisation_id, right_organisation_id,
        least(left_organisation_id, right_organisation_id) AS one_id,
        greatest(left_organisation_id, right_organisation_id) AS other_id
    FROM judgements
    WHERE withdrawn_at IS NULL AND left_organisation_id <> right_organisation_id
),
parted AS (
    -- A person's word before the machine's, an earlier pair before a later one.
    SELECT
        one_id, other_id,
        arg_min(
            {
                'left_network': left_network, 'left_key': left_key, 'right_network': right_network, 'right_key': right_key,
                'decided_by': decided_by, 'decided_on': CAST(decided_at AS DATE)
            },
            (decided_by = 'machine', left_record_id, right_record_id)
        ) AS obstacle
    FROM standing
    WHERE verdict = 'different'
    GROUP BY one_id, other_id
),
ranked AS (
    SELECT
        standing.left_record_id, standing.right_record_id, standing.verdict, standing.probability, standing.decided_at,
        parted.obstacle,
        row_number() OVER (
            PARTITION BY standing.one_id, standing.other_id
            ORDER BY standing.verdict = 'unsure', standing.decided_by = 'machine', standing.probability DESC, standing.left_record_id,
                standing.right_record_id
        ) AS place,
        count(*) OVER (PARTITION BY standing.one_id, standing.other_id) AS pairs
    FROM standing
    LEFT JOIN parted ON parted.one_id = standing.one_id AND parted.other_id = standing.other_id
    WHERE standing.verdict = 'same'
        OR (standing.verdict = 'unsure' AND (parted.obstacle IS NULL OR parted.obstacle.decided_by = 'machine'))
)
SELECT left_record_id, right_record_id, verdict, probability, decided_at, pairs, obstacle
FROM ranked
WHERE place = 1
ORDER BY coalesce(probability, 1) DESC, left_record_id, right_record_id;

-- name: find_sides
SELECT
    s.record_id, s.network, s.source_key, s.name AS record_name, s.url, c.organisation_id, c.name, c.country, c.city, c.website,
    c.networks, s.is_gone
FROM cluster_sources AS s
JOIN clusters AS c ON c.organisation_id = s.organisation_id
WHERE list_contains($records::BIGINT[], s.record_id);

-- name: find_record
SELECT record_id FROM cluster_sources WHERE network = $network AND source_key = $source_key;

-- name: find_seats
SELECT record_id FROM cluster_sources WHERE organisation_id = $organisation_id ORDER BY record_id;

-- name: find_records
SELECT network, source_key, record_id FROM cluster_sources;

-- name: find_machine_judgements
-- In an edition: those that seat records together or forbid it.
SELECT left_record_id, right_record_id, verdict, probability, decided_by, because, decided_at
FROM judgements
WHERE decided_by = 'machine' AND withdrawn_at IS NULL AND verdict IN ('same', 'different');

-- name: find_keys
SELECT source_key FROM cluster_sources WHERE network = $network ORDER BY source_key;

-- name: find_reasons
SELECT left_record_id, right_record_id, kind, weight, left_said, right_said, because
FROM judgement_reasons
WHERE list_contains($records::BIGINT[], left_record_id)
ORDER BY left_record_id, right_record_id, position;

-- name: count_organisations
SELECT count(*) FROM clusters;
