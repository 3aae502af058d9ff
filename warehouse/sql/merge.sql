-- From records to organisations: for each organisation and field, which record's value is shown, and why.
-- Staged by merge.py: staged_fields (each field, its shape, the lead field of its group, whether it says where the organisation is)
-- and staged_preference (for each lead field, the position of each network; is_own: whether the field has an order of its own).

-- name: forget_eras
DELETE FROM ledger.eras;

-- name: remember_eras
INSERT INTO ledger.eras (network, era, position)
SELECT network, era, position
FROM staged_eras;

-- name: spread_profiles
-- One row for every value that a record says.
CREATE OR REPLACE TEMP TABLE said AS
SELECT entries.organisation_id, entries.record_id, entries.entry.key AS field, CAST(entries.entry.value AS JSON) AS value
FROM (
    SELECT seated.organisation_id, r.record_id, unnest(map_entries(from_json(r.profile, '"MAP(VARCHAR, JSON)"'))) AS entry
    FROM ledger.records AS r
    JOIN organisation_records AS seated ON seated.record_id = r.record_id
) AS entries
WHERE entries.entry.key IN (SELECT field FROM staged_fields);

-- name: describe_records
-- What decides between records, apart from the order of networks: the generation of the site, then the network's own date.
CREATE OR REPLACE TEMP TABLE standing AS
SELECT
    r.record_id, r.network, r.is_gone, r.changed_on, ledger.said(r.profile).profile_updated_on AS profile_updated_on,
    -- The code of a region begins with that of its country; only that of Greece is another one.
    coalesce(ledger.said(r.profile).country, replace(left(ledger.said(r.profile).nuts2, 2), 'EL', 'GR')) AS country,
    coalesce(newest.era_position, -1) AS era_position
FROM ledger.records AS r
LEFT JOIN (
    SELECT c.record_id, max(e.position) AS era_position
    FROM ledger.claims AS c
    JOIN ledger.records AS r ON r.record_id = c.record_id
    JOIN ledger.eras AS e ON e.network = r.network AND e.era = c.era
    WHERE c.last_run IS NULL
    GROUP BY c.record_id
) AS newest ON newest.record_id = r.record_id;

-- name: forget_homes
CREATE OR REPLACE TEMP TABLE homes (organisation_id BIGINT, country VARCHAR);

-- name: rank_candidates
-- Fields of one group (a date and its precision, the counts of members) come from one record, never from two; and what says where
-- an organisation is from none that has it in another country than the one that is shown. Which that is, is ranked first.
CREATE OR REPLACE TEMP TABLE candidates AS
WITH offers AS (
    SELECT
        said.organisation_id, fields.lead, said.record_id, bool_or(said.field = fields.lead) AS has_lead,
        any_value(fields.tells_where) AS tells_where
    FROM said
    JOIN staged_fields AS fields ON fields.field = said.field
    WHERE fields.lead = 'country' OR NOT $only_country
    GROUP BY said.organisation_id, fields.lead, said.record_id
),
placed AS (
    SELECT
        offers.organisation_id, offers.lead, offers.record_id, offers.has_lead,
        coalesce(offers.tells_where AND standing.country <> homes.country, FALSE) AS is_elsewhere,
        standing.network, standing.is_gone, preference.position, preference.is_own, standing.era_position,
        standing.profile_updated_on, standing.changed_on
    FROM offers
    JOIN standing ON standing.record_id = offers.record_id
    JOIN staged_preference AS preference ON preference.lead = offers.lead AND preference.network = standing.network
    LEFT JOIN homes ON homes.organisation_id = offers.organisation_id
),
dated AS (
    -- When a network last spoke: as the best of its records says it. Its records so stay together, whatever their own dates.
    SELECT
        organisation_id, lead, record_id, has_lead, is_elsewhere, network, is_gone, position, is_own, era_position,
        profile_updated_on, changed_on,
        first_value(profile_updated_on) OVER of_network AS spoke_on, first_value(changed_on) OVER of_network AS seen_on
    FROM placed
    WINDOW of_network AS (
        PARTITION BY organisation_id, lead, is_elsewhere, is_gone, has_lead, network
        ORDER BY era_position DESC, profile_updated_on DESC NULLS LAST, changed_on DESC, record_id
    )
),
ranked AS (
    SELECT
        organisation_id, lead, record_id, network, position, is_own, has_lead, is_elsewhere, is_gone, era_position, spoke_on, seen_on,
        profile_updated_on, changed_on,
        row_number() OVER preferred AS rank,
        count(*) OVER of_lead AS offers,
        bool_or(is_elsewhere) OVER of_lead AS has_elsewhere,
        first_value(network) OVER preferred AS first_network,
        lead(has_lead) OVER preferred AS next_has_lead,
        lead(is_elsewhere) OVER preferred AS next_is_elsewhere,
        lead(is_gone) OVER preferred AS next_is_gone,
        lead(network) OVER preferred AS next_network,
        lead(position) OVER preferred AS next_position,
        lead(spoke_on) OVER preferred AS next_spoke_on,
        lead(seen_on) OVER preferred AS next_seen_on,
        lead(era_position) OVER preferred AS next_era_position,
        lead(profile_updated_on) OVER preferred AS next_updated_on,
        lead(changed_on) OVER preferred AS next_changed_on
    FROM dated
    WINDOW
        of_lead AS (PARTITION BY organisation_id, lead),
        preferred AS (
            PARTITION BY organisation_id, lead
            ORDER BY
                is_elsewhere, is_gone, has_lead DESC, position, spoke_on DESC NULLS LAST, seen_on DESC, network,
                era_position DESC, profile_updated_on DESC NULLS LAST, changed_on DESC, record_id
        )
)
SELECT
    organisation_id, lead, record_id, rank, rank = 1 AND NOT is_elsewhere AS is_first,
    CASE
        WHEN is_elsewhere THEN 'in another country than the organisation'
        WHEN offers = 1 THEN 'the only source'
        WHEN rank > 1 AND network = first_network THEN 'another record of ' || network || ' is shown'
        WHEN rank > 1 THEN first_network || ' is shown'
        WHEN next_is_elsewhere THEN 'the others are in another country'
        WHEN NOT is_gone AND next_is_gone AND has_elsewhere THEN 'the others no longer list it, or are in another country'
        WHEN NOT is_gone AND next_is_gone THEN 'the other sources no longer list it'
        WHEN has_lead AND NOT next_has_lead AND has_elsewhere
            THEN 'the only source in its country that gives the ' || replace(lead, '_', ' ')
        WHEN has_lead AND NOT next_has_lead THEN 'the only source that gives the ' || replace(lead, '_', ' ')
        WHEN position < next_position
            THEN network || ' comes before ' || next_network || CASE WHEN is_own THEN ' for the ' || replace(lead, '_', ' ') ELSE '' END
        WHEN network <> next_network AND (spoke_on, seen_on) IS DISTINCT FROM (next_spoke_on, next_seen_on)
            THEN 'more recent than ' || next_network
        WHEN network <> next_network THEN 'as recent as ' || next_network || ', and first by name'
        WHEN era_position > next_era_position THEN 'the newer generation of ' || network
        WHEN (profile_updated_on, changed_on) IS NOT DISTINCT FROM (next_updated_on, next_changed_on)
            THEN 'as recent as another record of ' || network || ', and known before it'
        ELSE 'the latest word of ' || network
    END AS because
FROM ranked;

-- name: note_homes
-- The country that each organisation shows.
INSERT INTO homes (organisation_id, country)
SELECT candidates.organisation_id, standing.country
FROM candidates
JOIN standing ON standing.record_id = candidates.record_id
WHERE candidates.lead = 'country' AND candidates.rank = 1;

-- name: forget_choices
DELETE FROM ledger.choices;

-- name: remember_choices
INSERT INTO ledger.choices (organisation_id, field, record_id, era, is_shown, because)
SELECT
    said.organisation_id, said.field, said.record_id, newest.era, fields.shape <> 'scalar' OR candidates.is_first,
    CASE
        WHEN fields.shape <> 'scalar' AND candidates.because <> 'the only source' THEN 'joined with the other sources'
        ELSE candidates.because
    END
FROM said
JOIN staged_fields AS fields ON fields.field = said.field
JOIN candidates
    ON candidates.organisation_id = said.organisation_id AND candidates.lead = fields.lead
    AND candidates.record_id = said.record_id
LEFT JOIN (
    SELECT c.record_id, c.field, arg_max(c.era, e.position) AS era
    FROM ledger.claims AS c
    JOIN ledger.records AS r ON r.record_id = c.record_id
    JOIN ledger.eras AS e ON e.network = r.network AND e.era = c.era
    WHERE c.last_run IS NULL AND c.value IS NOT NULL
    GROUP BY c.record_id, c.field
) AS newest ON newest.record_id = said.record_id AND newest.field = said.field;

-- name: choose_scalars
CREATE OR REPLACE TEMP TABLE shown AS
SELECT said.organisation_id, said.field, said.value
FROM said
JOIN staged_fields AS fields ON fields.field = said.field AND fields.shape = 'scalar'
JOIN candidates
    ON candidates.organisation_id = said.organisation_id AND candidates.lead = fields.lead
    AND candidates.record_id = said.record_id AND candidates.is_first;

-- name: join_lists
-- In the order of preference, each item once, where it stands first.
INSERT INTO shown (organisation_id, field, value)
WITH items AS (
    SELECT
        said.organisation_id, said.field, candidates.rank, unnest(from_json(said.value, '["VARCHAR"]')) AS item,
        generate_subscripts(from_json(said.value, '["VARCHAR"]'), 1) AS place
    FROM said
    JOIN staged_fields AS fields ON fields.field = said.field AND fields.shape = 'list' AND fields.field <> 'other_names'
    JOIN candidates
        ON candidates.organisation_id = said.organisation_id AND candidates.lead = said.field
        AND candidates.record_id = said.record_id
),
firsts AS (
    SELECT organisation_id, field, item, min((rank, place)) AS place
    FROM items
    GROUP BY organisation_id, field, item
)
SELECT organisation_id, field, to_json(list(item ORDER BY place))
FROM firsts
GROUP BY organisation_id, field;

-- name: join_names
-- Every name that any record gives, except those that are shown as name or native name.
INSERT INTO shown (organisation_id, field, value)
WITH names AS (
    SELECT organisation_id, record_id, 1 AS kind, 1 AS place, value ->> '$' AS name
    FROM said
    WHERE field = 'name'
    UNION ALL
    SELECT organisation_id, record_id, 2 AS kind, 1 AS place, value ->> '$' AS name
    FROM said
    WHERE field = 'native_name'
    UNION ALL
    SELECT
        organisation_id, record_id, 3 AS kind, generate_subscripts(from_json(value, '["VARCHAR"]'), 1) AS place,
        unnest(from_json(value, '["VARCHAR"]')) AS name
    FROM said
    WHERE field = 'other_names'
),
firsts AS (
    SELECT names.organisation_id, names.name, min((candidates.rank, names.kind, names.place)) AS place
    FROM names
    JOIN candidates
        ON candidates.organisation_id = names.organisation_id AND candidates.lead = 'name'
        AND candidates.record_id = names.record_id
    GROUP BY names.organisation_id, names.name
),
others AS (
    SELECT firsts.organisation_id, firsts.name, firsts.place
    FROM firsts
    ANTI JOIN (
        SELECT organisation_id, value ->> '$' AS name
        FROM shown
        WHERE field IN ('name', 'native_name')
    ) AS used ON used.organisation_id = firsts.organisation_id AND used.name = firsts.name
)
SELECT organisation_id, 'other_names', to_json(list(name ORDER BY place))
FROM others
GROUP BY organisation_id;

-- name: join_extracts
-- One text a language: that of the first source which has it.
INSERT INTO shown (organisation_id, field, value)
WITH texts AS (
    SELECT
        said.organisation_id, candidates.rank, unnest(map_entries(from_json(said.value, '"MAP(VARCHAR, VARCHAR)"'))) AS text
    FROM said
    JOIN candidates
        ON candidates.organisation_id = said.organisation_id AND candidates.lead = 'extracts'
        AND candidates.record_id = said.record_id
    WHERE said.field = 'extracts'
),
firsts AS (
    SELECT organisation_id, text.key AS language, arg_min(text.value, rank) AS extract
    FROM texts
    GROUP BY organisation_id, text.key
)
SELECT organisation_id, 'extracts', to_json(map_from_entries(list((language, extract) ORDER BY language)))
FROM firsts
GROUP BY organisation_id;

-- name: forget_clusters
DELETE FROM clusters;

-- name: remember_clusters
INSERT INTO clusters
    (organisation_id, name, native_name, other_names, acronym, organisation_type, country, region_printed, nuts2, city, postcode,
     latitude, longitude, website, domain, role_email, phone, founded_on, founded_precision, staff_min, staff_max,
     members_total, members_sme, members_startup, members_large, members_research, members_other,
     ecosystems, sectors, nace, technologies, s3_priorities, emerging_industries, languages, memberships, partnerships,
     target_countries, keywords, extracts, completeness, profile_updated_on,
     networks, is_swedish, is_gone, first_seen_on, changed_on, checked_on)
WITH merged AS (
    SELECT organisation_id, ledger.said(CAST(json_group_object(field, value) AS VARCHAR)) AS said
    FROM shown
    GROUP BY organisation_id
),
listed AS (
    SELECT
        seated.organisation_id, r.network, bool_and(r.is_gone) AS is_gone, min(preference.position) AS position
    FROM organisation_records AS seated
    JOIN ledger.records AS r ON r.record_id = seated.record_id
    JOIN staged_preference AS preference ON preference.network = r.network AND preference.lead = 'name'
    GROUP BY seated.organisation_id, r.network
),
presence AS (
    SELECT
        organisation_id,
        coalesce(
            list(network ORDER BY position, network) FILTER (WHERE NOT is_gone), list(network ORDER BY position, network)
        ) AS networks,
        coalesce(bool_or(network = $members_network AND NOT is_gone), FALSE) AS is_member
    FROM listed
    GROUP BY organisation_id
),
days AS (
    SELECT
        seated.organisation_id, bool_and(r.is_gone) AS is_gone, min(r.first_seen_on) AS first_seen_on,
        max(r.changed_on) AS changed_on, max(r.checked_on) AS checked_on
    FROM organisation_records AS seated
    JOIN ledger.records AS r ON r.record_id = seated.record_id
    GROUP BY seated.organisation_id
)
SELECT
    merged.organisation_id, said.name, said.native_name, coalesce(said.other_names, []), said.acronym, said.organisation_type,
    said.country, said.region_printed, said.nuts2, said.city, said.postcode, said.latitude, said.longitude,
    said.website, said.domain, said.role_email, said.phone,
    ledger.full_date(said.founded_on), said.founded_precision, said.staff_min, said.staff_max,
    said.members_total, said.members_sme, said.members_startup, said.members_large, said.members_research, said.members_other,
    coalesce(said.ecosystems, []), coalesce(said.sectors, []), coalesce(said.nace, []), coalesce(said.technologies, []),
    coalesce(said.s3_priorities, []), coalesce(said.emerging_industries, []), coalesce(said.languages, []),
    coalesce(said.memberships, []), coalesce(said.partnerships, []), coalesce(said.target_countries, []),
    coalesce(said.keywords, []), coalesce(said.extracts, MAP {}), said.completeness, said.profile_updated_on,
    presence.networks,
    CASE
        WHEN (SELECT count(*) FROM ledger.records WHERE network = $members_network AND NOT is_gone) > 0 THEN presence.is_member
        ELSE coalesce(said.country = 'SE' AND said.organisation_type IN ('cluster', 'cluster_association', 'science_park'), FALSE)
    END,
    days.is_gone, days.first_seen_on, days.changed_on, days.checked_on
FROM merged
JOIN presence ON presence.organisation_id = merged.organisation_id
JOIN days ON days.organisation_id = merged.organisation_id
ORDER BY merged.organisation_id;

-- name: forget_labels
DELETE FROM labels;

-- name: remember_labels
-- The same label told by several networks stands once, under the one that comes first.
INSERT INTO labels (organisation_id, level, issuer, awarded, valid_until, network, url)
WITH told AS (
    SELECT
        said.organisation_id, said.record_id, candidates.rank,
        unnest(from_json(said.value, '[{"level": "VARCHAR", "issuer": "VARCHAR", "awarded": "DATE", "valid_until": "DATE"}]'))
            AS label
    FROM said
    JOIN candidates
        ON candidates.organisation_id = said.organisation_id AND candidates.lead = 'labels'
        AND candidates.record_id = said.record_id
    WHERE said.field = 'labels'
)
SELECT
    told.organisation_id, told.label.level, told.label.issuer, told.label.awarded, told.label.valid_until,
    arg_min(r.network, told.rank), arg_min(r.url, told.rank)
FROM told
JOIN ledger.records AS r ON r.record_id = told.record_id
GROUP BY told.organisation_id, told.label.level, told.label.issuer, told.label.awarded, told.label.valid_until
ORDER BY told.organisation_id, told.label.level, told.label.issuer, told.label.awarded, told.label.valid_until;

-- name: count_clusters
SELECT count(*) FROM clusters;

-- name: tidy
DROP TABLE IF EXISTS said;
DROP TABLE IF EXISTS standing;
DROP TABLE IF EXISTS candidates;
DROP TABLE IF EXISTS homes;
DROP TABLE IF EXISTS shown;
