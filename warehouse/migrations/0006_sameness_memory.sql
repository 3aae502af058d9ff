-- What sameness remembers from night to night, so that only what changed is compared again. It can be emptied at any time: the next
-- run computes it anew, and comes to the same organisations.

-- What all of the memory was computed with: weights, rules and versions. Another stamp empties it.
CREATE TABLE sameness_stamp (
    stamp VARCHAR NOT NULL
);

-- A digest of all that sameness reads of a record.
CREATE TABLE sameness_records (
    record_id BIGINT NOT NULL,
    digest UBIGINT NOT NULL
);

-- By which a record may be found by another of the same organisation.
-- kind: 1 address or whole name, 2 word of the name, 4 pieces of the name, 8 short name, 16 initials.
CREATE TABLE sameness_keys (
    record_id BIGINT NOT NULL,
    kind UTINYINT NOT NULL,
    key UBIGINT NOT NULL
);

-- Each name of a record: run together, and the words that say neither what sort of body it is nor where.
CREATE TABLE sameness_names (
    record_id BIGINT NOT NULL,
    spelt VARCHAR NOT NULL,
    telling VARCHAR[] NOT NULL
);

-- The words of a record's names; bearer: records of one name in one place count as one.
CREATE TABLE sameness_words (
    record_id BIGINT NOT NULL,
    network VARCHAR NOT NULL,
    bearer UBIGINT NOT NULL,
    word VARCHAR NOT NULL
);

-- Addresses of a record that others may share. kind: site, mail, phone.
CREATE TABLE sameness_addresses (
    record_id BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    address VARCHAR NOT NULL
);

-- Those that differently named records share, so that they tell nobody.
CREATE TABLE sameness_shared (
    kind VARCHAR NOT NULL,
    address VARCHAR NOT NULL
);

-- Pairs that people had judged.
CREATE TABLE sameness_decided (
    left_id BIGINT NOT NULL,
    right_id BIGINT NOT NULL
);

-- The machine's opinions that are worth noting.
CREATE TABLE sameness_opinions (
    left_id BIGINT NOT NULL,
    right_id BIGINT NOT NULL,
    verdict VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    because VARCHAR NOT NULL
);
