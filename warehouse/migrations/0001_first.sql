-- The ledger: what was read, when, and from whom. Only the run writes here; analysts see it through views.
CREATE SCHEMA ledger;

CREATE TABLE ledger.runs (
    run_id BIGINT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);

CREATE TABLE ledger.network_runs (
    run_id BIGINT NOT NULL,
    network VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP NOT NULL,
    pages_fetched INTEGER NOT NULL,
    pages_unchanged INTEGER NOT NULL,
    pages_changed INTEGER NOT NULL,
    profiles INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    records_new INTEGER NOT NULL,
    records_changed INTEGER NOT NULL,
    records_missing INTEGER NOT NULL,
    claims_opened INTEGER NOT NULL,
    claims_closed INTEGER NOT NULL,
    fill MAP(VARCHAR, DOUBLE) NOT NULL
);

CREATE TABLE ledger.findings (
    run_id BIGINT NOT NULL,
    network VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    field VARCHAR,
    printed VARCHAR,
    source_key VARCHAR,
    url VARCHAR
);

CREATE TABLE ledger.network_facts (
    network VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    home VARCHAR NOT NULL,
    licence VARCHAR NOT NULL
);

-- The last number given out. Numbers are never used twice, not even after rows were erased.
CREATE TABLE ledger.numbers (
    last_record_id BIGINT NOT NULL
);
INSERT INTO ledger.numbers (last_record_id) VALUES (0);

-- profile: the JSON of what is said (warehouse/stored.py); ledger.said() in views.sql gives it types.
CREATE TABLE ledger.records (
    record_id BIGINT NOT NULL,
    network VARCHAR NOT NULL,
    source_key VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    profile VARCHAR NOT NULL,
    first_run BIGINT NOT NULL,
    checked_run BIGINT NOT NULL,
    first_seen_on DATE NOT NULL,
    changed_on DATE NOT NULL,
    checked_on DATE NOT NULL,
    missing_since DATE,
    missing_runs INTEGER NOT NULL,
    is_gone BOOLEAN NOT NULL
);

CREATE TABLE ledger.claims (
    record_id BIGINT NOT NULL,
    era VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    value VARCHAR,
    printed VARCHAR[] NOT NULL,
    url VARCHAR NOT NULL,
    page_digest VARCHAR NOT NULL,
    first_run BIGINT NOT NULL,
    last_run BIGINT,
    first_seen_on DATE NOT NULL,
    last_seen_on DATE
);

CREATE TABLE ledger.pages (
    network VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    charset VARCHAR,
    final_url VARCHAR NOT NULL,
    source_keys VARCHAR[] NOT NULL,
    changed_at TIMESTAMP,
    etag VARCHAR,
    last_modified VARCHAR,
    carried MAP(VARCHAR, VARCHAR) NOT NULL
);

CREATE TABLE ledger.changes (
    run_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    field VARCHAR,
    old VARCHAR,
    new VARCHAR,
    changed_on DATE NOT NULL
);

-- Generations of a network's site; a higher position is newer.
CREATE TABLE ledger.eras (
    network VARCHAR NOT NULL,
    era VARCHAR NOT NULL,
    position INTEGER NOT NULL
);

-- Which record's value an organisation shows for a field, and why; era: the generation of the page that says so.
CREATE TABLE ledger.choices (
    organisation_id BIGINT NOT NULL,
    field VARCHAR NOT NULL,
    record_id BIGINT NOT NULL,
    era VARCHAR,
    is_shown BOOLEAN NOT NULL,
    because VARCHAR NOT NULL
);

-- What sameness decides, and the organisations that follow from it.
CREATE TABLE judgements (
    left_id BIGINT NOT NULL,
    right_id BIGINT NOT NULL,
    verdict VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    decided_by VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    withdrawn_at TIMESTAMP
);

CREATE TABLE organisation_records (
    organisation_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL
);

CREATE TABLE redirects (
    old_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL
);

-- What is computed from the above, and may be computed again at any time.
CREATE TABLE clusters (
    organisation_id BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    native_name VARCHAR,
    other_names VARCHAR[] NOT NULL,
    acronym VARCHAR,
    organisation_type VARCHAR,
    country VARCHAR,
    region_printed VARCHAR,
    nuts2 VARCHAR,
    city VARCHAR,
    postcode VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE,
    website VARCHAR,
    domain VARCHAR,
    role_email VARCHAR,
    phone VARCHAR,
    founded_on DATE,
    founded_precision VARCHAR,
    staff_min INTEGER,
    staff_max INTEGER,
    members_total INTEGER,
    members_sme INTEGER,
    members_startup INTEGER,
    members_large INTEGER,
    members_research INTEGER,
    members_other INTEGER,
    ecosystems VARCHAR[] NOT NULL,
    sectors VARCHAR[] NOT NULL,
    nace VARCHAR[] NOT NULL,
    technologies VARCHAR[] NOT NULL,
    s3_priorities VARCHAR[] NOT NULL,
    emerging_industries VARCHAR[] NOT NULL,
    languages VARCHAR[] NOT NULL,
    memberships VARCHAR[] NOT NULL,
    partnerships VARCHAR[] NOT NULL,
    target_countries VARCHAR[] NOT NULL,
    keywords VARCHAR[] NOT NULL,
    extracts MAP(VARCHAR, VARCHAR) NOT NULL,
    completeness INTEGER,
    profile_updated_on DATE,
    networks VARCHAR[] NOT NULL,
    is_swedish BOOLEAN NOT NULL,
    is_gone BOOLEAN NOT NULL,
    first_seen_on DATE NOT NULL,
    changed_on DATE NOT NULL,
    checked_on DATE NOT NULL
);

CREATE TABLE labels (
    organisation_id BIGINT NOT NULL,
    level VARCHAR,
    issuer VARCHAR,
    awarded DATE,
    valid_until DATE,
    network VARCHAR NOT NULL,
    url VARCHAR NOT NULL
);

CREATE TABLE partner_matches (
    organisation_id BIGINT NOT NULL,
    partner_id BIGINT NOT NULL,
    rank INTEGER NOT NULL,
    score DOUBLE NOT NULL,
    recipe VARCHAR NOT NULL
);

CREATE TABLE match_reasons (
    organisation_id BIGINT NOT NULL,
    partner_id BIGINT NOT NULL,
    recipe VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    feature VARCHAR NOT NULL,
    contribution DOUBLE NOT NULL,
    text VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL
);

CREATE TABLE known_partnerships (
    organisation_id BIGINT NOT NULL,
    partner_id BIGINT NOT NULL,
    programme VARCHAR,
    partnership VARCHAR NOT NULL,
    year INTEGER,
    source_urls VARCHAR[] NOT NULL,
    fold VARCHAR
);
