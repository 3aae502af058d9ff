-- What changed since the last night, told by digests that loading writes: sameness then reads those records only.

-- Of the profile as it stands; empty where nobody has written it, and then the record is read anew.
ALTER TABLE ledger.records ADD COLUMN digest UBIGINT;
UPDATE ledger.records SET digest = hash(profile);

-- What sameness reads of a record. source: the digest of the profile that it was read from; digest: of all that is read of it.
DROP TABLE sameness_records;
CREATE TABLE sameness_records (
    record_id BIGINT NOT NULL,
    source UBIGINT,
    digest UBIGINT NOT NULL,
    network VARCHAR NOT NULL,
    name VARCHAR,
    native_name VARCHAR,
    other_names VARCHAR[],
    acronym VARCHAR,
    organisation_type VARCHAR,
    country VARCHAR,
    nuts2 VARCHAR,
    city VARCHAR,
    domain VARCHAR,
    website VARCHAR,
    role_email VARCHAR,
    phone VARCHAR,
    founded_on DATE
);

-- How many bear a word within a network.
CREATE TABLE sameness_word_counts (
    word VARCHAR NOT NULL,
    network VARCHAR NOT NULL,
    bearers BIGINT NOT NULL
);

-- Keys that so many records have that they bring nobody together, and how many.
CREATE TABLE sameness_crowded (
    key UBIGINT NOT NULL,
    kind UTINYINT NOT NULL,
    bearers BIGINT NOT NULL
);

DELETE FROM sameness_stamp;
