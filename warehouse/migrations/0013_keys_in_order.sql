-- Keys stand in order, each with who has it: so a night finds whoever has some of them by looking them up, where it went through the
-- lists of all records. The names of a record stand as texts, of which those that are asked for are read, where of lists all were. The
-- memory is computed anew.

-- What sameness reads of a record, and what it makes of it.
-- place: by which its keys are known; a record that is read anew has another one.
-- source: the digest of the profile that it was read from; digest: of all that is read of it.
-- site, mail: the host of its website and the domain of its mailbox, which others may share, as its phone.
-- bearer: who bears words; records of one name in one place count as one. words: of its whole names, parted by spaces.
-- names_...: all its names as they are compared, end to end; how long each is stands in the last two, which
-- matching/sameness/setwise/packed.py reads.
DROP TABLE sameness_records;
CREATE TABLE sameness_records (
    record_id BIGINT NOT NULL,
    place INTEGER NOT NULL,
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
    words VARCHAR NOT NULL USING COMPRESSION uncompressed,
    names_printed VARCHAR NOT NULL USING COMPRESSION uncompressed,
    names_spelt VARCHAR NOT NULL USING COMPRESSION uncompressed,
    names_words VARCHAR NOT NULL USING COMPRESSION uncompressed,
    names_shapes BLOB NOT NULL USING COMPRESSION uncompressed,
    names_word_lengths BLOB NOT NULL USING COMPRESSION uncompressed
);

-- By which records may be found by another of the same organisation; what the last bits of a key say stands in
-- matching/sameness/setwise/hashed.py. The rows are in the order of the keys. Those of a place that no record has any more count for
-- nothing.
CREATE TABLE sameness_keys (
    key UBIGINT NOT NULL USING COMPRESSION uncompressed,
    place INTEGER NOT NULL
);

-- The same of records that were read since, in no order.
CREATE TABLE sameness_keys_since (
    key UBIGINT NOT NULL USING COMPRESSION uncompressed,
    place INTEGER NOT NULL
);

DELETE FROM sameness_stamp;
