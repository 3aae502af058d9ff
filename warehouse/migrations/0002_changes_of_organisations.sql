-- Changes are told of organisations, not of records: what becomes of a record is in ledger.records and ledger.claims.
ALTER TABLE ledger.changes RENAME TO record_changes;

CREATE TABLE ledger.changes (
    run_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    field VARCHAR,
    old VARCHAR,
    new VARCHAR,
    changed_on DATE NOT NULL
);

-- The runs whose changes were told, and the day of each: a label that was valid then may have expired since.
CREATE TABLE ledger.tellings (
    run_id BIGINT NOT NULL,
    told_on DATE NOT NULL
);

-- An organisation is as old as its oldest record, whose number it bears; how it looked then is not known any more.
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
SELECT told.run_id, told.record_id, 'new', NULL, NULL, NULL, told.changed_on
FROM ledger.record_changes AS told
JOIN clusters ON clusters.organisation_id = told.record_id
WHERE told.kind = 'new';

-- Of an organisation of several records nobody knows now which of them was shown then: only that of a single one is carried over.
CREATE TEMP TABLE single_records AS
SELECT organisation_id, any_value(record_id) AS record_id
FROM organisation_records
GROUP BY organisation_id
HAVING count(*) = 1;

INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
SELECT
    told.run_id, single.organisation_id, CASE WHEN told.field = 'name' THEN 'renamed' ELSE told.kind END, told.field, told.old,
    told.new, told.changed_on
FROM ledger.record_changes AS told
JOIN single_records AS single ON single.record_id = told.record_id
WHERE told.kind <> 'new' AND told.field IS DISTINCT FROM 'labels' AND told.field IS DISTINCT FROM 'profile_updated_on';

-- A record's labels were told as two whole lists.
INSERT INTO ledger.changes (run_id, organisation_id, kind, field, old, new, changed_on)
WITH listed AS (
    SELECT
        run_id, record_id, changed_on, FALSE AS is_now,
        unnest(from_json(old, '[{"level": "VARCHAR", "issuer": "VARCHAR", "awarded": "DATE", "valid_until": "DATE"}]')) AS label
    FROM ledger.record_changes
    WHERE kind = 'changed' AND field = 'labels'
    UNION ALL
    SELECT
        run_id, record_id, changed_on, TRUE AS is_now,
        unnest(from_json(new, '[{"level": "VARCHAR", "issuer": "VARCHAR", "awarded": "DATE", "valid_until": "DATE"}]')) AS label
    FROM ledger.record_changes
    WHERE kind = 'changed' AND field = 'labels'
),
single AS (
    SELECT
        run_id, record_id, changed_on, any_value(CAST(to_json(label) AS VARCHAR)) FILTER (WHERE NOT is_now) AS old,
        any_value(CAST(to_json(label) AS VARCHAR)) FILTER (WHERE is_now) AS new
    FROM listed
    GROUP BY run_id, record_id, changed_on, label.level, label.issuer
)
SELECT
    single.run_id, seated.organisation_id,
    CASE WHEN single.old IS NULL THEN 'label_gained' WHEN single.new IS NULL THEN 'label_lost' ELSE 'changed' END, 'labels',
    single.old, single.new, single.changed_on
FROM single
JOIN single_records AS seated ON seated.record_id = single.record_id
WHERE single.old IS DISTINCT FROM single.new;

INSERT INTO ledger.tellings (run_id, told_on)
SELECT run_id, CAST(started_at AS DATE)
FROM ledger.runs
WHERE ended_at IS NOT NULL AND EXISTS (SELECT 1 FROM clusters)
ORDER BY run_id DESC
LIMIT 1;

DROP TABLE single_records;
DROP TABLE ledger.record_changes;
