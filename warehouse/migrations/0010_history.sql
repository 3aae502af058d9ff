-- What is needed to say how things stood on an earlier day, besides changes and claims.

-- Spells in which a network listed a record. listed_until: day of the first complete run that no longer found it; NULL: it does.
CREATE TABLE ledger.listings (
    record_id BIGINT NOT NULL,
    listed_since DATE NOT NULL,
    listed_until DATE
);

-- Of earlier spells nothing was noted.
INSERT INTO ledger.listings (record_id, listed_since, listed_until)
SELECT record_id, first_seen_on, missing_since
FROM ledger.records;

-- What clusters said last of an organisation that was merged into another: the changes of the other do not tell it.
-- record_ids: the records that it was made of; where one of them is erased, so is this.
CREATE TABLE ledger.absorbed (
    run_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    absorbed_by BIGINT NOT NULL,
    absorbed_on DATE NOT NULL,
    record_ids BIGINT[] NOT NULL,
    said VARCHAR NOT NULL
);
