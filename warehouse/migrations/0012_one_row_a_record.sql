-- All that sameness remembers of a record stands in one row, so that a night takes away and adds rows of one table: its addresses,
-- names, words and keys were rows of five. The memory is computed anew.

DROP TABLE sameness_keys;
DROP TABLE sameness_names;
DROP TABLE sameness_words;
DROP TABLE sameness_addresses;
DROP TABLE sameness_crowded;

-- What sameness reads of a record, and what it makes of it.
-- source: the digest of the profile that it was read from; digest: of all that is read of it.
-- site, mail: the host of its website and the domain of its mailbox, which others may share, as its phone.
-- bearer: who bears words; records of one name in one place count as one. words: of its whole names.
-- named: hashes of the words of all its names. names: as they are compared.
-- keys: by which it may be found by another of the same organisation; what their last bits say stands in
-- matching/sameness/setwise/hashed.py.
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
    founded_on DATE,
    site VARCHAR USING COMPRESSION uncompressed,
    mail VARCHAR USING COMPRESSION uncompressed,
    bearer UBIGINT NOT NULL,
    words VARCHAR[] NOT NULL USING COMPRESSION uncompressed,
    named UBIGINT[] NOT NULL USING COMPRESSION uncompressed,
    names STRUCT(
        kind UTINYINT, printed VARCHAR, spelt VARCHAR, words VARCHAR[], is_single BOOLEAN, begins UBIGINT, holds UBIGINT
    )[] NOT NULL USING COMPRESSION uncompressed,
    keys UBIGINT[] NOT NULL USING COMPRESSION uncompressed
);

DELETE FROM sameness_stamp;
