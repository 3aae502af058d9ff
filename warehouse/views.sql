-- The analysts' views over the ledger, made anew whenever the state is opened for writing.
-- Each becomes a table of the edition, column by column as schema.toml names them.

-- A printed date may lack its day or month; both then count as 1.
CREATE OR REPLACE MACRO ledger.full_date(written) AS
    CAST(written || right('-01-01', 10 - length(written)) AS DATE);

-- What a stored profile says, with types. A field that is not said is NULL, also where it is a list.
CREATE OR REPLACE MACRO ledger.said(profile) AS from_json(profile, '{
    "name": "VARCHAR", "native_name": "VARCHAR", "other_names": ["VARCHAR"], "acronym": "VARCHAR",
    "organisation_type": "VARCHAR", "country": "VARCHAR", "region_printed": "VARCHAR", "nuts2": "VARCHAR",
    "city": "VARCHAR", "postcode": "VARCHAR", "latitude": "DOUBLE", "longitude": "DOUBLE",
    "website": "VARCHAR", "domain": "VARCHAR", "role_email": "VARCHAR", "phone": "VARCHAR",
    "founded_on": "VARCHAR", "founded_precision": "VARCHAR", "staff_min": "INTEGER", "staff_max": "INTEGER",
    "members_total": "INTEGER", "members_sme": "INTEGER", "members_startup": "INTEGER", "members_large": "INTEGER",
    "members_research": "INTEGER", "members_other": "INTEGER",
    "ecosystems": ["VARCHAR"], "sectors": ["VARCHAR"], "nace": ["VARCHAR"], "technologies": ["VARCHAR"],
    "s3_priorities": ["VARCHAR"], "emerging_industries": ["VARCHAR"], "languages": ["VARCHAR"],
    "memberships": ["VARCHAR"], "partnerships": ["VARCHAR"], "target_countries": ["VARCHAR"], "keywords": ["VARCHAR"],
    "extracts": "MAP(VARCHAR, VARCHAR)", "completeness": "INTEGER", "profile_updated_on": "DATE"
}');

-- What a record says, as sameness reads it. digest: changes whenever any of it does; whoever asks for nothing else reads no profile.
CREATE OR REPLACE VIEW known_records AS
SELECT
    r.record_id, r.network, r.source_key, r.url, r.first_seen_on, r.is_gone,
    r.said.name, r.said.native_name, coalesce(r.said.other_names, []) AS other_names, r.said.acronym,
    r.said.organisation_type, r.said.country, r.said.region_printed, r.said.nuts2, r.said.city, r.said.postcode,
    r.said.latitude, r.said.longitude, r.said.website, r.said.domain, r.said.role_email, r.said.phone,
    ledger.full_date(r.said.founded_on) AS founded_on, r.said.founded_precision,
    coalesce(r.said.ecosystems, []) AS ecosystems, coalesce(r.said.sectors, []) AS sectors,
    coalesce(r.said.keywords, []) AS keywords, r.digest
FROM (
    SELECT record_id, network, source_key, url, first_seen_on, is_gone, ledger.said(profile) AS said, digest
    FROM ledger.records
) AS r;

-- The judgements as analysts see them: who of the staff decided, and in which words, stays on the desk.
CREATE OR REPLACE VIEW published_judgements AS
SELECT
    j.left_id AS left_record_id, one.network AS left_network, one.source_key AS left_key,
    left_seat.organisation_id AS left_organisation_id,
    j.right_id AS right_record_id, other.network AS right_network, other.source_key AS right_key,
    right_seat.organisation_id AS right_organisation_id,
    j.verdict, CASE WHEN starts_with(j.decided_by, 'machine') THEN j.score END AS probability,
    CASE WHEN starts_with(j.decided_by, 'machine') THEN 'machine' ELSE 'person' END AS decided_by,
    CASE WHEN starts_with(j.decided_by, 'machine') THEN j.because END AS because, j.decided_at, j.withdrawn_at
FROM judgements AS j
JOIN ledger.records AS one ON one.record_id = j.left_id
JOIN ledger.records AS other ON other.record_id = j.right_id
JOIN organisation_records AS left_seat ON left_seat.record_id = j.left_id
JOIN organisation_records AS right_seat ON right_seat.record_id = j.right_id;

CREATE OR REPLACE VIEW swedish_clusters AS
SELECT organisation_id, name, native_name, acronym, organisation_type, region_printed, nuts2, city, domain, is_gone
FROM clusters
WHERE is_swedish;

CREATE OR REPLACE VIEW cluster_sources AS
SELECT
    seated.organisation_id, r.record_id, r.network, r.source_key, r.url, ledger.said(r.profile).name AS name,
    r.first_seen_on, r.changed_on, r.checked_on, r.missing_since, r.is_gone
FROM organisation_records AS seated
JOIN ledger.records AS r ON r.record_id = seated.record_id;

CREATE OR REPLACE VIEW sectors AS
SELECT organisation_id, unnest(sectors) AS sector
FROM clusters;

CREATE OR REPLACE VIEW claims AS
SELECT
    seated.organisation_id, c.record_id, r.network, r.source_key, c.era, c.field, c.value, c.printed, c.url, c.page_digest,
    c.first_run, c.last_run, c.first_seen_on, coalesce(c.last_seen_on, r.checked_on) AS checked_on,
    c.last_run IS NULL AND c.value IS NOT NULL AND coalesce(choice.is_shown AND choice.era = c.era, FALSE) AS is_shown,
    CASE
        WHEN c.last_run IS NOT NULL THEN 'no longer said'
        WHEN c.value IS NULL THEN 'the words were not understood and are kept as printed'
        WHEN choice.era IS NULL THEN 'the profile of the record does not take it over'
        WHEN choice.era <> c.era AND choice.is_shown THEN 'a newer page of the same record is shown'
        ELSE choice.because
    END AS because
FROM ledger.claims AS c
JOIN ledger.records AS r ON r.record_id = c.record_id
JOIN organisation_records AS seated ON seated.record_id = c.record_id
LEFT JOIN ledger.choices AS choice
    ON choice.organisation_id = seated.organisation_id AND choice.record_id = c.record_id AND choice.field = c.field;

CREATE OR REPLACE VIEW changes AS
SELECT run_id, organisation_id, kind, field, old, new, changed_on
FROM ledger.changes;

CREATE OR REPLACE VIEW former_clusters AS
SELECT organisation_id, run_id, absorbed_by, absorbed_on, said
FROM ledger.absorbed;

CREATE OR REPLACE VIEW network_memberships AS
SELECT seated.organisation_id, l.record_id, r.network, r.source_key, l.listed_since, l.listed_until
FROM ledger.listings AS l
JOIN ledger.records AS r ON r.record_id = l.record_id
JOIN organisation_records AS seated ON seated.record_id = l.record_id;

CREATE OR REPLACE VIEW runs AS
SELECT
    run_id, network, outcome, because, started_at, ended_at, pages_fetched, pages_unchanged, pages_changed, profiles, findings,
    records_new, records_changed, records_missing, claims_opened, claims_closed
FROM ledger.network_runs;

CREATE OR REPLACE VIEW acceptances AS
SELECT run_id, network, accepted_run, accepted_by, because, reasons, accepted_at
FROM ledger.acceptances;

CREATE OR REPLACE VIEW findings AS
SELECT f.run_id, f.network, f.kind, f.because, f.field, f.printed, f.source_key, f.url, known.first_seen_on
FROM ledger.findings AS f
LEFT JOIN ledger.finding_history AS known
    ON known.network = f.network AND known.kind = f.kind
    AND known.field IS NOT DISTINCT FROM f.field AND known.printed IS NOT DISTINCT FROM f.printed;

-- A run that was not complete contradicts nothing: what the last complete one found is open until the next.
CREATE OR REPLACE VIEW finding_history AS
WITH whole AS (
    SELECT network, max(run_id) AS run_id FROM ledger.network_runs WHERE outcome = 'complete' GROUP BY network
    UNION ALL
    SELECT '' AS network, max(run_id) AS run_id FROM ledger.runs
)
SELECT
    known.network, known.kind, known.field, known.printed, known.because, known.times,
    known.last_run >= coalesce(whole.run_id, 0) AS is_open, known.first_run, known.last_run, known.first_seen_on,
    known.last_seen_on
FROM ledger.finding_history AS known
LEFT JOIN whole ON whole.network = known.network;

CREATE OR REPLACE VIEW networks AS
WITH tries AS (
    SELECT
        network, max(run_id) AS last_try_run, arg_max(ended_at, run_id) AS last_try_at,
        arg_max(outcome, run_id) AS last_outcome, arg_max(because, run_id) AS last_because,
        max(run_id) FILTER (WHERE outcome = 'complete') AS last_good_run,
        max(ended_at) FILTER (WHERE outcome = 'complete') AS last_good_at
    FROM ledger.network_runs
    GROUP BY network
),
doubts AS (
    SELECT runs.network, min(runs.ended_at) AS held_since
    FROM ledger.network_runs AS runs
    JOIN tries ON tries.network = runs.network
    WHERE runs.outcome = 'held' AND runs.run_id > coalesce(tries.last_good_run, 0)
    GROUP BY runs.network
),
counts AS (
    SELECT network, count(*) FILTER (WHERE NOT is_gone) AS records, count(*) FILTER (WHERE is_gone) AS records_gone
    FROM ledger.records
    GROUP BY network
)
SELECT
    tries.network, facts.title, facts.home, facts.licence,
    tries.last_try_run, tries.last_try_at, tries.last_outcome, tries.last_because, tries.last_good_run, tries.last_good_at,
    doubts.held_since, waiting.run_id AS held_run,
    coalesce(counts.records, 0) AS records, coalesce(counts.records_gone, 0) AS records_gone
FROM tries
LEFT JOIN doubts ON doubts.network = tries.network
LEFT JOIN ledger.held_runs AS waiting ON waiting.network = tries.network
LEFT JOIN counts ON counts.network = tries.network
LEFT JOIN ledger.network_facts AS facts ON facts.network = tries.network;
