-- What changed since the last night, told by digests that loading writes: sameness then reads those records only.

-- Of the profile as it stands; empty where nobody has written it, and then the record is read anew.
ALTER TABLE ledger.records ADD COLUMN digest UBIGINT;
UPDATE ledger.records SET digest = hash(profile);

-- Texts that hardly repeat stand as they are, here and below: to look for what can be shortened in them costs more than it saves.

-- What sameness reads of a record. source: the digest of the profile that it was read from; digest: of all that is read of it.
DROP TABLE sameness_records;
CREATE TABLE sameness_records (
    record_id BIGINT NOT NULL,
    source UBIGINT,
    digest UBIGINT NOT NULL,
    network VARCHAR NOT NULL,
    name VARCHAR USING COMPRESSION uncompressed,
    native_name VARCHAR USING COMPRESSION uncompressed,
    other_names VARCHAR[] USING COMPRESSION uncompressed,
    acronym VARCHAR USING COMPRESSION uncompressed,
    organisation_type VARCHAR,
    country VARCHAR,
    nuts2 VARCHAR,
    city VARCHAR USING COMPRESSION uncompressed,
    domain VARCHAR USING COMPRESSION uncompressed,
    website VARCHAR USING COMPRESSION uncompressed,
    role_email VARCHAR USING COMPRESSION uncompressed,
    phone VARCHAR USING COMPRESSION uncompressed,
    founded_on DATE
);

DROP TABLE sameness_names;
CREATE TABLE sameness_names (
    record_id BIGINT NOT NULL,
    position USMALLINT NOT NULL,
    kind UTINYINT NOT NULL,
    printed VARCHAR NOT NULL USING COMPRESSION uncompressed,
    spelt VARCHAR NOT NULL USING COMPRESSION uncompressed,
    words VARCHAR[] NOT NULL USING COMPRESSION uncompressed,
    is_single BOOLEAN NOT NULL,
    begins UBIGINT NOT NULL,
    holds UBIGINT NOT NULL
);

DROP TABLE sameness_opinions;
CREATE TABLE sameness_opinions (
    left_id BIGINT NOT NULL,
    right_id BIGINT NOT NULL,
    verdict VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    because VARCHAR NOT NULL USING COMPRESSION uncompressed
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
